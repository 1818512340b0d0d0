// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/trial_template.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "driver/spec/placeholder.hpp"
#include "driver/spec/shell_words.hpp"

namespace diwan {
namespace {

/// Fills the texts of one run.
class Rendering {
 public:
  Rendering(const TrialTemplate& trial_template, const SearchSpace& space,
            const Assignment& assignment, const RunFacts& facts)
      : template_(trial_template), space_(space), assignment_(assignment), facts_(facts) {}

  struct Filled {
    std::string text;
    bool has_parameter = false;
    bool is_parameter = false;  ///< nothing but one parameter
    bool is_inactive = false;
  };

  Filled fill(const std::string& text, bool in_shell) const {
    Filled out;
    const std::vector<Segment> segments = split_placeholders(text);
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const Segment& segment = segments[i];
      const std::optional<std::string> key = key_of(segment);
      if (segment.kind == Segment::Kind::text) {
        out.text += moved(segment.text, i + 1 < segments.size(), in_shell);
      } else if (key) {
        out.text += metadata(*key);
      } else {
        add_parameter(reference_of(segment.text), out);
      }
    }
    out.is_parameter = out.has_parameter && segments.size() == 1;
    return out;
  }

 private:
  const std::string& reference_of(const std::string& name) const {
    for (const TrialTemplate::TrialParameter& parameter : template_.trial_parameters) {
      if (parameter.name == name) {
        return parameter.reference;
      }
    }
    throw std::invalid_argument("${trialParameters." + name + "}: no trial parameter of this name");
  }

  /// The metadata that a placeholder stands for, if it does for any.
  std::optional<std::string> key_of(const Segment& segment) const {
    if (segment.kind == Segment::Kind::metadata) {
      return segment.text;
    }
    return segment.kind == Segment::Kind::parameter ? metadata_key(reference_of(segment.text))
                                                    : std::nullopt;
  }

  std::string metadata(const std::string& key) const {
    if (key == "Name") {
      return facts_.trial_name;
    }
    if (key == "Namespace") {
      return facts_.experiment_namespace;
    }
    if (key == "Kind") {
      return template_.kind;
    }
    if (key == "APIVersion") {
      return template_.api_version;
    }
    if (key == "Port") {
      return facts_.port == 0 ? "${trialSpec.Port}" : std::to_string(facts_.port);
    }
    if (const auto name = bracketed(key, "Labels")) {
      return template_.template_labels.at(*name);
    }
    if (const auto name = bracketed(key, "Annotations")) {
      return template_.template_annotations.at(*name);
    }
    throw std::invalid_argument("${trialSpec." + key + "}: unknown");
  }

  void add_parameter(const std::string& reference, Filled& out) const {
    const std::optional<std::size_t> index = space_.index_of(reference);
    if (!index) {
      throw std::invalid_argument("trial parameter reference " + reference + " has no value");
    }
    const double value = assignment_.values.at(*index);
    out.has_parameter = true;
    if (std::isnan(value)) {
      out.is_inactive = true;
    } else {
      out.text += space_.text(*index, value);
    }
  }

  std::string own_path(const MovedPath& path, bool in_shell) const {
    std::string out = path.into == MovedPath::Into::trial_directory ? facts_.trial_directory
                                                                    : facts_.checkpoint_directory;
    if (!path.below.empty()) {
      out += "/" + path.below;
    }
    if (in_shell && !is_shell_safe(out)) {
      throw std::invalid_argument("the command gives " + path.from +
                                  " to a shell, which would take its place in this "
                                  "experiment apart (" +
                                  out +
                                  "); choose a directory without blanks and special characters");
    }
    return out;
  }

  /// Fixed text with the moved paths replaced, where they are whole path components.
  std::string moved(const std::string& text, bool more_follows, bool in_shell) const {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
      const MovedPath* path = moved_path_at(template_.moved_paths, text, at, more_follows);
      if (path == nullptr) {
        out += text[at];
        ++at;
      } else {
        out += own_path(*path, in_shell);
        at += path->from.size();
      }
    }
    return out;
  }

  const TrialTemplate& template_;
  const SearchSpace& space_;
  const Assignment& assignment_;
  const RunFacts& facts_;
};

bool is_option(const std::string& text) {
  return text.size() > 1 && text.front() == '-' && text != "--" &&
         text.find('=') == std::string::npos;
}

}  // namespace

TrialCommand render(const TrialTemplate& trial_template, const SearchSpace& space,
                    const Assignment& assignment, const RunFacts& facts) {
  const Rendering rendering(trial_template, space, assignment, facts);
  const std::vector<std::size_t> in_shell = shell_words(trial_template.command);
  TrialCommand out;
  bool after_option = false;  // the argument before is an option of fixed text
  for (std::size_t i = 0; i < trial_template.command.size(); ++i) {
    const bool is_shell_word = std::find(in_shell.begin(), in_shell.end(), i) != in_shell.end();
    Rendering::Filled filled = rendering.fill(trial_template.command[i], is_shell_word);
    const bool is_options_value = after_option && filled.is_parameter;
    after_option = !filled.has_parameter && is_option(filled.text);
    if (filled.is_inactive) {
      if (is_options_value) {
        out.argv.pop_back();
      }
      continue;
    }
    if (is_options_value) {
      out.parameter_arguments.push_back(out.argv.size() - 1);
    }
    if (filled.has_parameter) {
      out.parameter_arguments.push_back(out.argv.size());
    }
    out.argv.push_back(std::move(filled.text));
  }
  for (const auto& [name, text] : trial_template.env) {
    Rendering::Filled filled = rendering.fill(text, false);
    if (!filled.is_inactive) {
      out.env.emplace_back(name, std::move(filled.text));
    }
  }
  out.working_directory = rendering.fill(trial_template.working_directory, false).text;
  return out;
}

}  // namespace diwan
