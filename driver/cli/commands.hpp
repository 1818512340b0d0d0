// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/cli/verb.hpp"

namespace diwan {

// Each command is defined in the file of its name; those that steer a run, in steer.cpp.
Verb algorithms_verb();
Verb best_verb();
Verb cancel_verb();
Verb collect_verb();
Verb compare_verb();
Verb complete_verb();  // completion/completion.cpp
Verb completion_verb();
Verb confirm_verb();
Verb doctor_verb();
Verb exec_verb();
Verb explain_verb();
Verb export_verb();
Verb extend_verb();
Verb importance_verb();
Verb journal_verb();
Verb logs_verb();
Verb manual_verb();  // manual/manual.cpp
Verb metrics_verb();
Verb pause_verb();
Verb report_metric_verb();
Verb report_verb();
Verb resume_verb();
Verb run_verb();
Verb status_verb();
Verb stop_verb();
Verb submit_verb();
Verb suggest_verb();
Verb trials_verb();
Verb validate_verb();
Verb watch_verb();

}  // namespace diwan
