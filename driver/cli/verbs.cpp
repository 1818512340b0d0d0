// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/commands.hpp"

namespace diwan {

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> all = {
      run_verb(),     resume_verb(),     submit_verb(),  validate_verb(),      status_verb(),
      watch_verb(),   trials_verb(),     metrics_verb(), best_verb(),          compare_verb(),
      confirm_verb(), importance_verb(), report_verb(),  logs_verb(),          explain_verb(),
      journal_verb(), export_verb(),     stop_verb(),    pause_verb(),         extend_verb(),
      cancel_verb(),  suggest_verb(),    collect_verb(), report_metric_verb(), algorithms_verb(),
      doctor_verb(),  completion_verb(), exec_verb(),    complete_verb(),      manual_verb(),
  };
  return all;
}

}  // namespace diwan
