// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <array>
#include <cerrno>
#include <ostream>
#include <random>
#include <stdexcept>
#include <system_error>

#include <unistd.h>

#include "driver/cli/ask_tell/session.hpp"
#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/shell/requirements.hpp"

namespace diwan {
namespace {

constexpr std::size_t longest_line_bytes = std::size_t{64} << 20;

/// Cuts what is read into lines; each is answered in order, and answers are flushed when no whole
/// line is left to answer.
class Conversation {
 public:
  Conversation(ask_tell::Session& session, std::ostream& out) : session_(session), out_(out) {}

  void take(std::string_view bytes) {
    const std::size_t searched = pending_.size();
    pending_ += bytes;
    std::size_t start = 0;
    for (std::size_t end = pending_.find('\n', searched); end != std::string::npos;
         end = pending_.find('\n', start)) {
      answer(std::string_view(pending_).substr(start, end - start));
      start = end + 1;
    }
    pending_.erase(0, start);
    if (pending_.size() > longest_line_bytes) {
      too_long_ = true;
      pending_.clear();
    }
    out_.flush();
  }
  void finish() {
    answer(pending_);
    out_.flush();
  }

 private:
  void answer(std::string_view line) {
    if (too_long_) {
      too_long_ = false;
      out_ << R"({"error":"the line is longer than 64 MiB"})" << '\n';
    } else if (line.find_first_not_of(" \t\r") != std::string_view::npos) {
      out_ << session_.answer(line) << '\n';
    }
  }

  ask_tell::Session& session_;
  std::ostream& out_;
  std::string pending_;
  bool too_long_ = false;
};

/// The seed to use; one that is drawn is told, so that the conversation can be repeated.
std::uint64_t seed_of(const Call& call, const Spec& spec) {
  if (const auto given = call.whole("seed")) {
    return *given;
  }
  if (spec.seed) {
    return *spec.seed;
  }
  std::random_device device;
  const std::uint64_t drawn = device();
  call.err << "diwan: suggest: seed " << drawn << " was drawn; --seed " << drawn
           << " repeats these suggestions\n";
  return drawn;
}

ExitStatus run(const Call& call) {
  Spec spec = read_experiment(call.text("experiment"), {.set = {}, .template_required = false});
  for (const std::string& obstacle : search_obstacles(spec)) {
    throw UsageError(call.text("experiment") + ": " + obstacle);
  }
  const std::uint64_t seed = seed_of(call, spec);
  try {
    ask_tell::Session session(std::move(spec), seed);
    Conversation conversation(session, call.out);
    std::array<char, 65536> buffer{};
    for (;;) {
      const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
      if (count < 0 && errno != EINTR) {
        throw UsageError("suggest: standard input: " + std::generic_category().message(errno));
      }
      if (count == 0) {
        break;
      }
      conversation.take({buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))});
    }
    conversation.finish();
  } catch (const std::invalid_argument& problem) {
    throw UsageError(call.text("experiment") + ": " + problem.what());
  }
  return ExitStatus::done;
}

}  // namespace

Verb suggest_verb() {
  return {.name = "suggest",
          .summary = "ask for suggestions and tell results, by JSON lines on stdin",
          .details =
              "Reads one JSON object a line and answers each with one line, in order. Its "
              "lines are {\"op\":\"ask\",\"count\":2}, tell, report, history and best; "
              "the file needs no trialTemplate. The end of input ends it with 0.",
          .positionals = {{.name = "experiment",
                           .takes = Takes::a(Takes::Kind::experiment, "EXPERIMENT")}},
          .options = {{.name = "seed",
                       .takes = Takes::text("N"),
                       .help = "seed of the algorithm; else the file's, else one is drawn"}},
          .examples = {{R"(echo '{"op":"ask"}' | diwan suggest search.yaml)", "one suggestion"}},
          .run = run};
}

}  // namespace diwan
