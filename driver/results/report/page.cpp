// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/page.hpp"

#include "driver/results/report/page_parts.hpp"

namespace diwan {
namespace {

/// JSON that may stand in an HTML element: `<`, `>` and `&` as JSON escapes, so that no text closes
/// the element or opens a comment.
std::string for_html_element(const std::string& json) {
  std::string text;
  text.reserve(json.size() + json.size() / 64);
  for (const char c : json) {
    switch (c) {
      case '<':
        text += "\\u003c";
        break;
      case '>':
        text += "\\u003e";
        break;
      case '&':
        text += "\\u0026";
        break;
      default:
        text += c;
    }
  }
  return text;
}

/// Text for HTML; what no HTML can have becomes U+FFFD.
std::string for_html_text(std::string_view title) {
  std::string text;
  for (const char c : title) {
    if (c == '<') {
      text += "&lt;";
    } else if (c == '&') {
      text += "&amp;";
    } else if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) {
      text += "\xEF\xBF\xBD";
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

std::string report_page(std::string_view title, const Value& document) {
  const std::string data = for_html_element(json_text(document));
  std::string page;
  page.reserve(data.size() + (std::size_t{1} << 18));
  page += page_parts::before_title;
  page += for_html_text(title);
  page += page_parts::before_data;
  page += data;
  page += page_parts::after_data;
  return page;
}

}  // namespace diwan
