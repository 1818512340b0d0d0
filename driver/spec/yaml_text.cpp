// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/yaml_text.hpp"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

namespace diwan::yaml {
namespace {

using Json = nlohmann::ordered_json;

/// Longer keys need the explicit form `? key`.
constexpr std::size_t longest_simple_key = 500;

bool is_safe_plain(std::string_view text) {
  if (text.empty() || text == "-" || text.starts_with("---") || text.starts_with("...")) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_./+-").find(c) != std::string_view::npos;
  });
}

std::string double_quoted(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      out += "\\x";
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string scalar(const Node& node) {
  if (node.kind == Node::Kind::null) {
    return "null";
  }
  return node.plain && is_safe_plain(node.text) ? node.text : double_quoted(node.text);
}

std::string key_text(const std::string& key) {
  const bool plain = is_safe_plain(key) && kind_of_plain(key) == Node::Kind::text;
  return plain ? key : double_quoted(key);
}

void write(const Node& node, std::size_t indent, std::string& out);

/// A value after `key:` or `?`; nested ones begin on a line of their own.
void write_value(const Node& node, std::size_t indent, std::string& out) {
  const bool is_empty = node.items.empty() && node.entries.empty();
  if (node.is_scalar() || is_empty) {
    out += ' ';
    write(node, 0, out);
    return;
  }
  out += '\n';
  write(node, indent, out);
}

void write_item(const Node& item, std::size_t indent, std::string& out) {
  out.append(indent, ' ');
  out += "- ";
  std::string text;
  write(item, indent + 2, text);
  const std::size_t blanks = text.find_first_not_of(' ');
  out += blanks == std::string::npos ? text : text.substr(blanks);
}

void write_entry(const Node::Entry& entry, std::size_t indent, std::string& out) {
  out.append(indent, ' ');
  std::string key = key_text(entry.key);
  if (key.size() <= longest_simple_key) {
    out += key + ":";
  } else {
    out += "? " + key + "\n" + std::string(indent, ' ') + ":";
  }
  write_value(entry.value, indent + 2, out);
}

void write(const Node& node, std::size_t indent, std::string& out) {
  if (node.kind == Node::Kind::list) {
    if (node.items.empty()) {
      out += "[]\n";
    }
    for (const Node& item : node.items) {
      write_item(item, indent, out);
    }
    return;
  }
  if (node.kind == Node::Kind::map) {
    if (node.entries.empty()) {
      out += "{}\n";
    }
    for (const Node::Entry& entry : node.entries) {
      write_entry(entry, indent, out);
    }
    return;
  }
  out += scalar(node) + "\n";
}

Json real_json(const std::string& text) {
  double value = 0;
  const std::string_view digits = std::string_view(text).substr(text.starts_with('+') ? 1 : 0);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() && end == digits.data() + digits.size() ? Json(value) : Json(text);
}

Json json_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return nullptr;
    case Node::Kind::boolean:
      return node.text == "true" || node.text == "True" || node.text == "TRUE";
    case Node::Kind::integer:
      if (const std::optional<std::int64_t> value = integer_of(node)) {
        return *value;
      }
      return node.text;
    case Node::Kind::real:
      return real_json(node.text);
    case Node::Kind::text:
      return node.text;
    case Node::Kind::list: {
      Json out = Json::array();
      for (const Node& item : node.items) {
        out.push_back(json_of(item));
      }
      return out;
    }
    case Node::Kind::map: {
      Json out = Json::object();
      for (const Node::Entry& entry : node.entries) {
        out[entry.key] = json_of(entry.value);
      }
      return out;
    }
  }
  return nullptr;
}

}  // namespace

std::string to_yaml(const Node& node) {
  std::string out;
  write(node, 0, out);
  return out;
}

std::string to_json(const Node& node) {
  return json_of(node).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace diwan::yaml
