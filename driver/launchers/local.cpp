// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/local.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <map>
#include <stdexcept>
#include <utility>

#include <poll.h>

#include "driver/launchers/supervisor/share.hpp"
#include "driver/launchers/supervisor/supervisor_process.hpp"

namespace diwan {

namespace {

std::uint32_t default_slots(const RunSettings& settings, const HostResources& host) {
  const std::size_t by_cpus = host.cpus.size() / std::max(settings.cpus, 1U);
  return std::clamp(static_cast<std::uint32_t>(by_cpus), 1U, trials_by_gpus(host, settings.gpus));
}

class LocalLauncher final : public Launcher {
 public:
  LocalLauncher(const RunSettings& settings, std::optional<std::uint32_t> slots,
                std::filesystem::path program, HostShare share)
      : settings_{settings}, program_{std::move(program)}, share_{share} {
    host_ = find_host_resources(CpuScope::own);
    capacity_ = std::max(slots.value_or(default_slots(settings, host_)), 1U);
    share_out(capacity_);
    start_supervisor();
    const std::string lacking = shortage(host_, capacity_, settings.cpus, settings.gpus);
    if (!lacking.empty() && share_ == HostShare::divided) {
      notices_.push_back({lacking});
    }
  }

  std::string_view name() const override { return "local"; }
  std::string where() const override { return "on this host"; }
  std::uint32_t capacity() const override { return capacity_; }

  void expect(std::uint32_t trials) override {
    const std::uint32_t count = std::clamp(trials, 1U, capacity_);
    if (count != shares_.size()) {
      share_out(count);  // of runs to come
      supervisor_->send(Share{shares_});
    }
  }

  void submit(std::span<const Launch> launches) override {
    std::string frames;
    for (const Launch& launch : launches) {
      encode(Start{launch, take_slot(launch.run)}, frames);
    }
    supervisor_->send_frames(frames);
  }

  void cancel(std::span<const RunKey> runs, bool now) override {
    std::string frames;
    for (const RunKey run : runs) {
      if (slots_.contains(run)) {
        encode(CancelRun{run, now}, frames);
      }
    }
    supervisor_->send_frames(frames);
  }

  std::vector<Report> poll(std::chrono::microseconds patience) override {
    wait(patience);
    std::vector<Report> reports;
    for (Message& message : supervisor_->receive()) {
      std::visit([&](auto& value) { take(std::move(value), reports); }, message);
    }
    if (!supervisor_->alive()) {
      replace_supervisor();
    }
    return reports;
  }

  std::vector<Notice> notices() override { return std::exchange(notices_, {}); }
  int wake_descriptor() const override { return supervisor_->descriptor(); }
  std::chrono::microseconds longest_sleep() override { return std::chrono::seconds{1}; }

  void set_grace(std::chrono::milliseconds grace) override {
    settings_.grace = grace;
    supervisor_->send(SetGrace{grace});
  }

 private:
  void share_out(std::uint32_t slots) {
    shares_.clear();
    for (std::uint32_t i = 0; i < slots; ++i) {
      const Division division{
          .parts = slots, .index = i, .cpus = settings_.cpus, .gpus = settings_.gpus};
      shares_.push_back(share_ == HostShare::divided ? divide(host_, division) : whole());
    }
  }

  /// The names of the GPU variables alone matter then: a container's runtime is told by them.
  SlotShare whole() const {
    SlotShare share;
    if (settings_.gpus > 0) {
      share.gpu_variables.assign(host_.gpu_variables.begin(), host_.gpu_variables.end());
    }
    return share;
  }

  void replace_supervisor() {
    constexpr int most_deaths = 5;
    if (++deaths_ > most_deaths) {
      throw std::runtime_error{"the trial supervisor (" + program_.native() + ") died " +
                               std::to_string(deaths_) +
                               " times without starting a trial; see what it said above"};
    }
    start_supervisor();
  }

  void start_supervisor() {
    supervisor_ = std::make_unique<SupervisorProcess>(program_);
    supervisor_->send(Configure{settings_});
    supervisor_->send(Share{shares_});
  }

  /// The slot with the fewest runs; a run that has one keeps it.
  std::uint32_t take_slot(RunKey run) {
    if (const auto known = slots_.find(run); known != slots_.end()) {
      return known->second;
    }
    std::vector<std::uint32_t> load(shares_.size());
    for (const auto& [other, slot] : slots_) {
      if (slot < load.size()) {  // else of a division before
        ++load[slot];
      }
    }
    const auto slot = static_cast<std::uint32_t>(std::ranges::min_element(load) - load.begin());
    slots_.emplace(run, slot);
    return slot;
  }

  void wait(std::chrono::microseconds patience) const {
    if (patience.count() == 0) {
      supervisor_->flush();
      return;
    }
    pollfd entry{.fd = supervisor_->descriptor(), .events = POLLIN, .revents = 0};
    if (supervisor_->pending()) {
      entry.events |= POLLOUT;
    }
    const auto whole = std::chrono::floor<std::chrono::seconds>(patience);
    const timespec limit{.tv_sec = whole.count(),
                         .tv_nsec = std::chrono::nanoseconds{patience - whole}.count()};
    ppoll(&entry, 1, &limit, nullptr);
    supervisor_->flush();
  }

  void take(Started started, std::vector<Report>& reports) {
    deaths_ = 0;
    reports.emplace_back(std::move(started));
  }
  void take(Observed observed, std::vector<Report>& reports) {
    reports.emplace_back(std::move(observed));
  }
  void take(Ended ended, std::vector<Report>& reports) {
    slots_.erase(ended.run);
    reports.emplace_back(std::move(ended));
  }
  void take(Notice notice, std::vector<Report>& /*reports*/) {
    notices_.push_back(std::move(notice));
  }
  template <class ToSupervisor>
  void take(const ToSupervisor& /*message*/, std::vector<Report>& /*reports*/) {
    throw ProtocolError{"the supervisor sent a message that only a client sends"};
  }

  RunSettings settings_;
  std::filesystem::path program_;
  HostShare share_;
  HostResources host_;
  std::uint32_t capacity_ = 1;
  std::vector<SlotShare> shares_;  ///< one per slot in use
  std::map<RunKey, std::uint32_t> slots_;
  std::unique_ptr<SupervisorProcess> supervisor_;
  std::vector<Notice> notices_;
  int deaths_ = 0;  ///< of supervisors, since a trial was last started
};

}  // namespace

std::unique_ptr<Launcher> make_local_launcher(const RunSettings& settings,
                                              std::optional<std::uint32_t> slots,
                                              const std::filesystem::path& program,
                                              HostShare share) {
  return std::make_unique<LocalLauncher>(settings, slots, program, share);
}

}  // namespace diwan
