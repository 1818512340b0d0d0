// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/spec.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <limits>
#include <system_error>
#include <tuple>

#include "algorithms/settings.hpp"
#include "driver/spec/algorithm.hpp"
#include "driver/spec/conditions.hpp"
#include "driver/spec/confirmation.hpp"
#include "driver/spec/field.hpp"
#include "driver/spec/kubernetes_fields.hpp"
#include "driver/spec/metrics_collector.hpp"
#include "driver/spec/nas.hpp"
#include "driver/spec/objective.hpp"
#include "driver/spec/overrides.hpp"
#include "driver/spec/parameters.hpp"
#include "driver/spec/quantity.hpp"
#include "driver/spec/template_reader.hpp"
#include "driver/spec/yaml_document.hpp"
#include "driver/spec/yaml_text.hpp"

namespace diwan {
namespace {

constexpr std::size_t most_problems = 1000;

bool is_name(const std::string& name) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_inner = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  return !name.empty() && is_letter(name.front()) && name.back() != '-' &&
         std::all_of(name.begin(), name.end(), is_inner);
}

void read_name(const Field& metadata, Spec& out) {
  const Field name = metadata["name"];
  const Field prefix = metadata["generateName"];
  if (!name && prefix) {
    // A cluster would add random letters; one folder for one experiment needs a fixed name.
    out.name = prefix.text().value_or("");
    out.name.erase(out.name.find_last_not_of('-') + 1);
    metadata.note("the experiment's name is " + out.name + ", from metadata.generateName");
  } else {
    out.name = name.required_text("name the experiment");
  }
  if (out.name.empty()) {
    return;
  }
  const Field& place = name ? name : prefix;
  if (!is_name(out.name)) {
    place.wrong("is no name for an experiment (" + yaml::quoted(out.name) +
                "); use lower-case letters, digits and -, a letter first and no - last");
  } else if (out.name.size() > longest_experiment_name) {
    place.wrong("is longer than " + std::to_string(longest_experiment_name) + " characters (" +
                yaml::quoted(out.name) + "); shorten it");
  }
}

void read_metadata(const Field& root, Spec& out) {
  const Field metadata = root["metadata"];
  out.name_space = "default";
  if (!metadata) {
    metadata.missing("give metadata.name");
  }
  if (!metadata.expect_map()) {
    return;
  }
  allow_metadata(metadata);
  read_name(metadata, out);
  if (const std::optional<std::string> name_space = metadata["namespace"].text()) {
    if (!name_space->empty()) {
      out.name_space = *name_space;
    }
  }
  for (const auto& [key, field] : metadata["labels"].entries()) {
    if (const std::optional<std::string> text = field.text()) {
      out.labels.emplace(key, *text);
    }
  }
}

void read_seed(const Field& spec, Spec& out) {
  if (spec["seed"]) {
    const auto seed = spec["seed"].integer(0, std::numeric_limits<std::int64_t>::max());
    out.seed = seed ? std::optional(static_cast<std::uint64_t>(*seed)) : std::nullopt;
    return;
  }
  const std::optional<std::int64_t> state = integer_setting(out.algorithm.settings, "random_state");
  if (state && *state >= 0) {
    out.seed = static_cast<std::uint64_t>(*state);
  }
}

SpaceReading read_search_space(const Field& spec, Spec& out) {
  const Field parameters = spec["parameters"];
  const Field nas = spec["nasConfig"];
  const bool given = parameters && !(parameters.is_list() && parameters.node().items.empty());
  if (given && nas) {
    nas.wrong("stands beside parameters; keep one of the two");
  } else if (!given && !nas) {
    parameters.missing("give at least one parameter");
  }
  SpaceReading reading = read_space(parameters);
  if (!given && !nas) {
    reading.sound = false;
    reading.names_known = false;
  }
  out.space = reading.space;
  return reading;
}

void read_resume_from_checkpoint(const Field& spec, Spec& out) {
  const Field field = spec["resumeFromCheckpoint"];
  const AlgorithmInfo* const search = find_algorithm(out.algorithm.name);
  const bool goes_on = search != nullptr && search->goes_on;
  out.resume_from_checkpoint = field.boolean().value_or(goes_on);
  if (goes_on && !out.resume_from_checkpoint) {
    field.wrong(out.algorithm.name + " goes on from checkpoints (false); leave it out");
    out.resume_from_checkpoint = true;
  }
}

void read_experiment_spec(const Field& spec, bool template_required, Spec& out) {
  spec.allow({"objective", "objectives", "algorithm", "earlyStopping", "parameters", "nasConfig",
              "parallelTrialCount", "maxTrialCount", "maxFailedTrialCount", "resumePolicy",
              "metricsCollectorSpec", "trialTemplate", "seed", "constraints", "initialTrials",
              "resumeFromCheckpoint", "confirms"});
  read_objectives(spec, out);
  read_budget(spec, out);
  const SpaceReading space = read_search_space(spec, out);
  const bool nas_sound = read_nas(spec, out);
  read_conditions(spec, space, out);
  read_algorithm(spec, space, out);
  if (out.nas) {
    out.space = nas_space(*out.nas, out.algorithm);
    read_initial_architectures(spec, nas_sound, out);
  }
  read_early_stopping(spec, space, out);
  out.resume_policy = static_cast<ResumePolicy>(spec["resumePolicy"]
                                                    .unless_empty()
                                                    .one_of({"Never", "LongRunning", "FromVolume"})
                                                    .value_or(0));
  read_metrics_collector(spec, out);
  read_seed(spec, out);
  read_resume_from_checkpoint(spec, out);
  read_confirms(spec, out);
  read_trial_template(spec, space, template_required, out);
}

/// apiVersion and kind must be an Experiment's; false where they are another object's.
bool check_identity(const Field& root) {
  const std::string version = root["apiVersion"].required_text("give kubeflow.org/v1beta1");
  const std::string kind = root["kind"].required_text("give Experiment");
  if (!kind.empty() && kind != "Experiment") {
    root["kind"].wrong("is no experiment (" + yaml::quoted(kind) + "); give Experiment");
    return false;
  }
  if (!version.empty() && version != "kubeflow.org/v1beta1") {
    root["apiVersion"].wrong("is not the version that Diwan reads (" + yaml::quoted(version) +
                             "); give kubeflow.org/v1beta1");
  }
  return true;
}

void read_experiment(const Field& root, bool template_required, Spec& out) {
  if (!root.is_map()) {
    root.wrong("the file holds " + (root ? yaml::describe(root.node()) : "nothing") +
               "; give an Experiment: apiVersion, kind, metadata and spec");
    return;
  }
  if (!check_identity(root)) {
    return;
  }
  root.allow({"apiVersion", "kind", "metadata", "spec", "status"});
  if (root["status"]) {
    root.note("status is not read: what was done stands in the experiment's directory");
  }
  read_metadata(root, out);
  const Field spec = root["spec"];
  if (!spec) {
    spec.missing("give objective, parameters and trialTemplate");
  }
  if (spec.expect_map()) {
    read_experiment_spec(spec, template_required, out);
  }
}

std::string text_of(const yaml::Node* node) {
  return node != nullptr && node->is_scalar() ? node->text : "";
}

/// The one Experiment among the documents; the first document where there is no one.
yaml::Node choose(std::vector<yaml::Node> documents, Findings& findings) {
  if (documents.empty()) {
    yaml::Node nothing;
    nothing.mark = {1, 1, {}};
    return nothing;
  }
  std::vector<std::size_t> experiments;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (text_of(documents[i].find("kind")) == "Experiment") {
      experiments.push_back(i);
    }
  }
  if (experiments.size() > 1) {
    findings.problems.push_back({documents[experiments[1]].mark, "",
                                 "a second Experiment in one file; give it a file of its own"});
  }
  const std::size_t chosen = experiments.empty() ? 0 : experiments.front();
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const bool is_other = i != chosen && documents[i].kind != yaml::Node::Kind::null &&
                          text_of(documents[i].find("kind")) != "Experiment";
    if (is_other && documents[i].kind != yaml::Node::Kind::map) {
      findings.problems.push_back({documents[i].mark, "",
                                   "here the file holds " + yaml::describe(documents[i]) +
                                       " beside its objects; remove it, or mend the line before"});
    } else if (is_other && !experiments.empty()) {
      findings.notes.push_back("the file's document of kind " +
                               yaml::quoted(text_of(documents[i].find("kind"))) + " in line " +
                               std::to_string(documents[i].mark.line) + " is not used");
    }
  }
  return std::move(documents[chosen]);
}

/// The findings in the file's order, overrides last.
std::vector<SpecProblem> in_order(Findings found, const std::filesystem::path& file,
                                  const SpecOptions& options) {
  std::vector<Finding> findings = std::move(found.problems);
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tuple(a.mark.set.has_value(), a.mark.set, a.mark.line, a.mark.column) <
           std::tuple(b.mark.set.has_value(), b.mark.set, b.mark.line, b.mark.column);
  });
  std::vector<SpecProblem> out;
  for (Finding& finding : findings) {
    if (out.size() == most_problems) {
      out.push_back({file.string(), 0, 0, "",
                     std::to_string(findings.size() - most_problems) + " more problems; mend these "
                                                                       "first"});
      break;
    }
    SpecProblem problem{file.string(), finding.mark.line, finding.mark.column,
                        std::move(finding.path), std::move(finding.message)};
    if (finding.mark.set) {
      problem.file = "--set " + options.set.at(*finding.mark.set).first;
      if (const auto made = found.made_items.find(*finding.mark.set);
          made != found.made_items.end()) {
        problem.message += "; " + made->second;
        found.made_items.erase(made);  // once is enough
      }
    }
    out.push_back(std::move(problem));
  }
  return out;
}

std::string joined(const std::vector<SpecProblem>& problems) {
  std::string out;
  for (const SpecProblem& problem : problems) {
    out += (out.empty() ? "" : "\n") + problem.text();
  }
  return out;
}

}  // namespace

std::string SpecProblem::text() const {
  std::string out = file;
  if (line > 0) {
    out += ":" + std::to_string(line) + ":" + std::to_string(column);
  }
  return out + ": " + (path.empty() ? "" : path + ": ") + message;
}

SpecError::SpecError(std::vector<SpecProblem> problems)
    : problems_(std::move(problems)), what_(joined(problems_)) {}

Spec read_spec(const std::filesystem::path& file, const SpecOptions& options) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) {
    throw std::system_error(EISDIR, std::generic_category(), file.string());
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    throw std::system_error(errno, std::generic_category(), file.string());
  }
  // One byte more than allowed is enough to refuse it.
  std::string text(yaml::largest_text_bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (stream.bad()) {
    throw std::system_error(EIO, std::generic_category(), file.string());
  }
  return parse_spec(text, file, options);
}

Spec parse_spec(const std::string& text, const std::filesystem::path& file,
                const SpecOptions& options) {
  Spec out;
  out.file = std::filesystem::absolute(file).lexically_normal();
  yaml::Documents documents = yaml::read_documents(text);
  Findings findings;
  for (yaml::Flaw& flaw : documents.flaws) {
    findings.problems.push_back({flaw.mark, std::move(flaw.path), std::move(flaw.message)});
  }
  if (!documents.broken) {
    yaml::Node root = choose(std::move(documents.nodes), findings);
    apply_overrides(options.set, root, findings);
    read_experiment(Field(root, findings), options.template_required, out);
    out.text = yaml::to_yaml(root);
    if (out.text.size() > yaml::largest_text_bytes) {
      findings.problems.push_back({root.mark, "",
                                   "with its aliases written out the file has more than " +
                                       std::to_string(yaml::largest_text_bytes) +
                                       " bytes; make it smaller"});
    }
  }
  if (!findings.problems.empty()) {
    throw SpecError(in_order(std::move(findings), file, options));
  }
  out.notes = std::move(findings.notes);
  return out;
}

std::optional<std::size_t> resource_parameter(const Spec& spec) {
  return spec.space.index_of(setting(spec.algorithm.settings, "resource_name").value_or(""));
}

Rules rules_of(const Spec& spec) {
  Rules rules;
  rules.metrics = spec.metrics;
  for (const ObjectiveSpec& objective : spec.objectives) {
    rules.directions.push_back(objective.type);
  }
  rules.resource = resource_parameter(spec);
  rules.retries = spec.trial_template ? spec.trial_template->retries : 0;
  return rules;
}

Problem problem_of(const Spec& spec, std::uint64_t seed) {
  Problem problem;
  problem.space = spec.space;
  problem.directions.clear();
  for (const ObjectiveSpec& objective : spec.objectives) {
    problem.directions.push_back(objective.type);
  }
  problem.seed = seed;
  problem.max_trials = spec.budget.max_trials;
  problem.parallel = spec.budget.parallel;
  problem.settings = spec.algorithm.settings;
  problem.conditions = SpaceConditions(spec.space, spec.conditions, spec.constraints);
  return problem;
}

}  // namespace diwan
