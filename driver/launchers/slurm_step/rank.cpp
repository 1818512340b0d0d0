// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/rank.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/launchers/clock.hpp"
#include "driver/launchers/slurm_step/errand.hpp"
#include "driver/launchers/slurm_step/rank_environment.hpp"
#include "driver/launchers/slurm_step/rank_place.hpp"
#include "driver/launchers/supervisor/command_line.hpp"
#include "driver/launchers/supervisor/process_tree.hpp"
#include "driver/launchers/supervisor/run_end.hpp"
#include "driver/launchers/supervisor/share.hpp"
#include "driver/launchers/supervisor/spawn.hpp"
#include "driver/launchers/supervisor/step_folder.hpp"

namespace diwan::slurm_step {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// How often files are looked at by which ranks speak to each other.
constexpr std::chrono::milliseconds look_pause{100};
/// What the command left behind may end by itself so long: `exec > >(tee log)`.
constexpr std::chrono::milliseconds longest_drain{500};
/// From the first process of a step that Slurm signals to the last one.
constexpr std::chrono::milliseconds longest_signalling{1000};
/// By which Slurm tells a step to end, or warns it.
constexpr std::array end_signals{SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGXCPU};
/// For the command, once whoever started srun is gone.
constexpr std::chrono::milliseconds last_grace{1000};
constexpr int cannot_run = 127;

std::string this_host() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

void write_whole(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::trunc);
  out << text << std::flush;
}

bool has_text(const fs::path& file) {
  std::ifstream in(file);
  return in.peek() != std::ifstream::traits_type::eof();
}

/// The first who writes has it.
void write_first(const fs::path& file, const std::string& text) {
  if (!has_text(file)) {
    write_whole(file, text);
  }
}

bool port_is_free(std::uint32_t port) {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const bool taken =
      bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno == EADDRINUSE;
  close(probe);
  return !taken;
}

int exit_status_of(int wait_status) {
  constexpr int by_signal = 128;
  return WIFSIGNALED(wait_status) ? by_signal + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

class Rank {
 public:
  Rank(const RankOrder& order, RankPlace place, const Variables& variables)
      : order_{order},
        place_{std::move(place)},
        folder_{order.folder},
        port_{number_in(variables, "DIWAN_PORT").value_or(0)},
        deadline_{deadline(order, variables)},
        errands_{folder_, place_.node} {}

  int run() {
    settle_signals();
    if (place_.rank > 0) {
      redirect();
    }
    if (const std::string taken = taken_port(); !taken.empty()) {
      std::fprintf(stderr, "diwan: %s\n", taken.c_str());
      write_first(folder_.hindered(), taken);  // it goes again, elsewhere
      return cannot_run;
    }
    write_hosts();
    if (place_.rank == 0) {
      write_step_begin(folder_, {.id = place_.step,
                                 .nodes = place_.node_list,
                                 .gpus = order_.gpus ? gpus() : "",
                                 .at = wall_clock()});
    }
    const int status = serves_only() ? serve() : run_command();
    kill_descendants();
    return status;
  }

 private:
  /// The end of the job, or the trial's own time limit where that comes first.
  static std::optional<std::uint32_t> deadline(const RankOrder& order, const Variables& variables) {
    const std::optional<std::uint32_t> of_job = number_in(variables, "DIWAN_DEADLINE");
    if (!order.time_limit) {
      return of_job;
    }
    const auto own = static_cast<std::uint32_t>(
        std::chrono::ceil<std::chrono::seconds>(wall_clock() + *order.time_limit)
            .time_since_epoch()
            .count());
    return std::min(own, of_job.value_or(own));
  }

  /// Each rank may be the first to need it.
  void write_hosts() const {
    if (!has_text(folder_.hosts())) {
      const fs::path own = folder_.hosts().native() + "." + std::to_string(place_.rank);
      write_whole(own, host_file(place_, order_.slots));
      fs::rename(own, folder_.hosts());
    }
  }

  bool is_starter() const { return order_.slots.has_value(); }
  /// It ends with rank 0's program, not by itself.
  bool serves_only() const { return is_starter() && place_.rank > 0; }
  bool ends_with_rank_0() const {
    return serves_only() || (order_.kind == "TFJob" && role_of(order_.roles, place_.rank) == "PS");
  }

  /// Those of the trial; without any, Slurm shows a task all of its node.
  static std::string gpus() {
    std::string text;
    for (const std::string& gpu : visible_gpus(find_host_resources(CpuScope::own))) {
      text += (text.empty() ? "" : ",") + gpu;
    }
    return text;
  }

  void settle_signals() {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_NAME, "diwan-rank");
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    for (const int signal : end_signals) {
      sigaddset(&signals, signal);
    }
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    signals_ = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
    null_ = open("/dev/null", O_RDONLY | O_CLOEXEC);
  }

  void redirect() const {
    const std::pair<int, fs::path> streams[] = {{STDOUT_FILENO, folder_.output(place_.rank)},
                                                {STDERR_FILENO, folder_.error(place_.rank)}};
    for (const auto& [stream, file] : streams) {
      const int log = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
      if (log >= 0) {
        dup2(log, stream);
        close(log);
      }
    }
  }

  /// The port was free on the coordinator's host, and is one for all of the trial's ranks.
  std::string taken_port() const {
    const bool each = order_.kind == "TFJob";
    const std::uint32_t port = port_ + (each ? place_.rank : 0);
    if ((place_.rank > 0 && !each) || port_ == 0 || port_is_free(port)) {
      return {};
    }
    return "port " + std::to_string(port) + ", MASTER_PORT of this trial, is in use on " +
           this_host() + "; the trial goes again with another";
  }

  std::vector<std::string> environment() const {
    return rank_environment(environ, {.place = place_,
                                      .folder = folder_,
                                      .facts = {.kind = order_.kind,
                                                .roles = order_.roles,
                                                .port = port_,
                                                .own_gpus = order_.gpus},
                                      .gpus = order_.gpus ? gpus() : "",
                                      .deadline = deadline_,
                                      .is_starter = is_starter(),
                                      .is_mpi_rank = order_.mpi});
  }

  int run_command() {
    SpawnOrder order{.program = {},
                     .argv = order_.command,
                     .environment = environment(),
                     .directory = order_.directory.native(),
                     .cpus = {},
                     .input = null_,
                     .output = STDOUT_FILENO,
                     .error = STDERR_FILENO};
    std::string problem;
    try {
      order.program = find_program(order.argv.front(), order.environment, order.directory);
      if (is_starter()) {
        write_agent(folder_, order_.program);
      }
      const Spawned child = spawner_.spawn(order);
      command_ = child.error == 0 ? child.pid : -1;
      problem = child.error == 0 ? "" : order.program + ": " + std::strerror(child.error);
      if (child.step == Spawned::Step::directory && child.error != 0) {
        problem = "the working directory " + order.directory + ": " + std::strerror(child.error);
      }
    } catch (const CommandError& error) {
      problem = error.what();
    }
    if (command_ < 0) {
      std::fprintf(stderr, "diwan: %s\n", problem.c_str());
      write_first(folder_.failed(), who() + ": " + problem);
      return cannot_run;
    }
    const int status = wait_for_command();
    if (place_.rank == 0) {
      write_whole(folder_.done(), "done\n");
    }
    drain();
    return status;
  }

  std::string who() const {
    return place_.ranks == 1
               ? "on " + place_.nodes[place_.node]
               : "rank " + std::to_string(place_.rank) + " on " + place_.nodes[place_.node];
  }

  int wait_for_command() {
    while (!command_status_) {
      wait_for_news();
      if (ends_with_rank_0() && has_text(folder_.done())) {
        pass_on_end();
        return 0;
      }
    }
    hear_what_ended_it();
    const std::string how = who() + ": " + exit_text(*command_status_);
    if (*command_status_ != 0 && told_) {
      write_first(folder_.unfinished(), how);
    } else if (*command_status_ != 0 && !asked_) {
      write_first(folder_.failed(), place_.ranks == 1 ? exit_text(*command_status_) : how);
    }
    return told_ || asked_ ? 0 : exit_status_of(*command_status_);
  }

  /// Slurm signals the processes of a step one after the other: ours may come when the command has
  /// died of its own already.
  void hear_what_ended_it() {
    draining_ = true;
    const int ended_by = exit_status_of(*command_status_) - 128;
    const auto end = std::chrono::steady_clock::now() + longest_signalling;
    while (std::ranges::find(end_signals, ended_by) != end_signals.end() && !told_ && !asked_ &&
           std::chrono::steady_clock::now() < end) {
      wait_for_news();
    }
  }

  /// Also while the trial comes to its end: what runs here may have work to save too.
  int serve() {
    while (!killed_ && !has_text(folder_.done())) {
      wait_for_news();
    }
    drain();
    return 0;
  }

  const std::vector<std::string>& environment_of_errands() {
    if (is_starter() && errand_environment_.empty()) {
      errand_environment_ = environment();
    }
    return errand_environment_;
  }

  /// Waits for a signal or a request, or for it to be time to look at files again.
  void wait_for_news() {
    if (is_starter()) {
      errands_.look(spawner_, null_, environment_of_errands());
    }
    const bool looks = is_starter() || ends_with_rank_0() || kill_at_ || draining_;
    std::array<pollfd, 2> news = {pollfd{signals_, POLLIN, 0}, pollfd{requests_, POLLIN, 0}};
    poll(news.data(), news.size(), looks ? static_cast<int>(look_pause.count()) : -1);
    signalfd_siginfo signal{};
    while (read(signals_, &signal, sizeof signal) == sizeof signal) {
      if (signal.ssi_signo != SIGCHLD) {
        // Slurm has sent it to all processes of the step; once more might end what saves the work.
        told_ = true;
        write_first(folder_.told(), "Slurm told its step to end (" + who() + ", signal " +
                                        std::to_string(signal.ssi_signo) + ")");
      }
    }
    if ((news[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
      read_request();
    }
    if (kill_at_ && std::chrono::steady_clock::now() >= *kill_at_) {
      kill_descendants();
      killed_ = true;
      command_status_ = command_status_.value_or(SIGKILL);
    }
    reap();
  }

  void read_request() {
    std::array<char, 256> text{};
    const ssize_t size = read(requests_, text.data(), text.size());
    if (size < 0 && errno == EAGAIN) {
      return;
    }
    if (size <= 0) {
      requests_ = -1;
      kill_at_ = std::chrono::steady_clock::now() + last_grace;
    }
    asked_ = true;
    if (!told_) {
      pass_on_end();
    }
  }

  /// CONT: a stopped process can obey only when it runs again.
  static void pass_on_end() {
    const pid_t self = getpid();
    for (const Process& process :
         trees(list_processes(), [&](const Process& each) { return each.parent == self; })) {
      send_signal(process, SIGTERM);
      send_signal(process, SIGCONT);
    }
  }

  void reap() {
    int status = 0;
    for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
      if (pid == command_) {
        command_status_ = status;
      } else {
        errands_.ended(pid, exit_status_of(status));
      }
    }
  }

  /// Waits for what is left of our processes. Those that may be saving their work have the grace
  /// time, at whose end srun is told to kill us, or Slurm does.
  void drain() {
    draining_ = true;
    const auto end = std::chrono::steady_clock::now() + longest_drain;
    while (!killed_ && has_children() && (may_save() || std::chrono::steady_clock::now() < end)) {
      wait_for_news();
    }
  }

  /// Slurm may have told another rank before it tells us, and us when rank 0 is through already.
  bool may_save() const {
    return asked_ || (command_status_ != 0 && (told_ || has_text(folder_.told())));
  }

  static bool has_children() {
    siginfo_t information{};
    return waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT) == 0;
  }

  const RankOrder& order_;
  RankPlace place_;
  StepFolder folder_;
  std::uint32_t port_;
  std::optional<std::uint32_t> deadline_;  ///< DIWAN_DEADLINE
  Errands errands_;
  Spawner spawner_;
  int signals_ = -1;
  int null_ = -1;
  int requests_ = STDIN_FILENO;  ///< from whoever started srun; -1: it is gone
  std::optional<std::chrono::steady_clock::time_point> kill_at_;
  pid_t command_ = -1;
  std::optional<int> command_status_;
  bool draining_ = false;  ///< the command has ended
  bool killed_ = false;    ///< all that ran here, by us
  bool told_ = false;      ///< to end, by Slurm
  bool asked_ = false;     ///< by whoever started srun
  std::vector<std::string> errand_environment_;
};

}  // namespace

int rank_main(const RankOrder& order) {
  const Variables variables = present_variables();
  std::optional<RankPlace> place = rank_place(variables);
  if (!place) {
    std::fprintf(stderr,
                 "diwan: this is no task of a step that srun started (SLURM_PROCID, "
                 "SLURM_STEP_NODELIST and SLURM_STEP_TASKS_PER_NODE tell which)\n");
    return 2;
  }
  return Rank(order, *std::move(place), variables).run();
}

}  // namespace diwan::slurm_step
