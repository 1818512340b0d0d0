// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <string_view>

namespace diwan {

/// Writes a manual page. Texts are plain, with `literal` text in ticks, and printed as they are
/// whatever characters they have.
class Roff {
 public:
  /// @param title  DIWAN-RUN
  Roff(std::string_view title, const std::string& date, const std::string& source);

  void section(std::string_view name);
  /// Paragraphs, with a blank line between them.
  void text(std::string_view paragraphs);
  /// A usage: options in bold, what stands for something in italics.
  void usage(const std::string& command, std::string_view rest);
  /// An entry of a list. The tag is marked up as a usage is.
  void entry(std::string_view tag, std::string_view text);
  /// What it does, then the command.
  void example(std::string_view what, std::string_view command);
  /// The line of the NAME section.
  void name(std::string_view name, std::string_view summary);

  const std::string& page() const { return page_; }

 private:
  std::string page_;
};

}  // namespace diwan
