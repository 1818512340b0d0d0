// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/doctor/slurm_limits.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <pwd.h>
#include <unistd.h>

namespace diwan::doctor {
namespace {

std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(mark, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

Finding found(std::string text) { return {"slurm", Grade::good, std::move(text), ""}; }

/// Their counts, as far as sacctmgr has them, in the order in which it is asked for them.
constexpr std::array<std::pair<const char*, const char*>, 4> counts = {{
    {"MaxJobs", "run at a time"},
    {"MaxSubmit", "wait or run"},
    {"GrpJobs", "run at a time, of all its users"},
    {"GrpSubmit", "wait or run, of all its users"},
}};

/// "at most 10 run at a time (MaxJobs), 100 wait or run (MaxSubmit)"; empty without a limit.
std::string in_words(const std::vector<std::string>& columns, std::size_t first) {
  std::string text;
  for (std::size_t i = 0; i < counts.size() && first + i < columns.size(); ++i) {
    if (const std::string& count = columns[first + i]; !count.empty()) {
      const auto& [name, meaning] = counts[i];
      text += (text.empty() ? "at most " : ", ") + count + " " + meaning + " (" + name + ")";
    }
  }
  return text;
}

/// @param words   of sacctmgr, beside the columns: the name comes first, then the counts
/// @param suffix  of the first two counts: what they are of
Findings limits_of(const AskSlurm& ask, std::vector<std::string> words, const std::string& what,
                   const std::string& suffix) {
  words.insert(words.begin(), {"sacctmgr", "--noheader", "--parsable2", "show"});
  words.push_back("format=" + what + ",MaxJobs" + suffix + ",MaxSubmit" + suffix +
                  ",GrpJobs,GrpSubmit");
  const slurm::Finished shown = ask(words);
  Findings findings;
  for (const std::string& line : split(shown.status == 0 ? shown.out : "", '\n')) {
    const std::vector<std::string> columns = split(line, '|');
    if (const std::string limits = in_words(columns, 1); !limits.empty()) {
      findings.push_back(
          found((what == "Account" ? "of your jobs in account " : "of jobs in QOS ") + columns[0] +
                " " + limits + "; each task of an array is a job"));
    }
  }
  return findings;
}

std::string user_name() {
  const passwd* entry = getpwuid(geteuid());
  return entry == nullptr ? std::to_string(geteuid()) : entry->pw_name;
}

Findings examine_accounting(const AskSlurm& ask, const std::string& config) {
  const std::string storage = setting(config, "AccountingStorageType").value_or("");
  if (storage.empty() || storage.ends_with("/none") || storage == "(null)") {
    return {found("it keeps no accounting: no limits of accounts or QOS")};
  }
  const slurm::Finished qos = ask({"sacctmgr", "--noheader", "--parsable2", "show", "assoc",
                                   "where", "user=" + user_name(), "format=QOS"});
  if (qos.status != 0) {
    return {{"slurm", Grade::note,
             std::string{"the limits of your account and QOS cannot be asked for ("} +
                 (qos.status == 127 ? "no sacctmgr on the PATH"
                                    : split(qos.error + qos.out, '\n').front()) +
                 ")",
             ""}};
  }
  Findings findings =
      limits_of(ask, {"assoc", "where", "user=" + user_name()}, "Account", std::string{});
  std::string names = qos.out;
  std::ranges::replace(names, '\n', ',');
  names.erase(names.find_last_not_of(',') + 1);
  if (!names.empty()) {
    const Findings theirs = limits_of(ask, {"qos", "where", "name=" + names}, "Name", "PU");
    findings.insert(findings.end(), theirs.begin(), theirs.end());
  }
  if (findings.empty()) {
    findings.push_back(found("your accounts and QOS do not limit the number of jobs"));
  }
  return findings;
}

}  // namespace

std::optional<std::string> setting(const std::string& config, std::string_view key) {
  for (const std::string& line : split(config, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals != line.npos && line.substr(0, line.find_last_not_of(' ', equals - 1) + 1) == key) {
      return line.substr(std::min(equals + 2, line.size()));
    }
  }
  return std::nullopt;
}

Findings examine_limits(const AskSlurm& ask, const std::string& config) {
  Findings findings;
  if (const auto most = setting(config, "MaxJobCount")) {
    findings.push_back(
        found("it has at most " + *most +
              " jobs at a time, of all users (MaxJobCount); each task of an array is "
              "one"));
  }
  const Findings accounting = examine_accounting(ask, config);
  findings.insert(findings.end(), accounting.begin(), accounting.end());
  // Name, * of the default one, and the limit.
  if (const slurm::Finished shown = ask({"sinfo", "--noheader", "--format=%P %l"});
      shown.status == 0) {
    std::string text;
    for (const std::string& line : split(shown.out, '\n')) {
      text += line.empty() ? "" : (text.empty() ? "" : ", ") + line;
    }
    findings.push_back(found("time limits of the partitions (*: the default one): " + text));
  }
  return findings;
}

}  // namespace diwan::doctor
