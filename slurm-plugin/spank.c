// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
//
// The SPANK plugin: `sbatch --array=0-9 --diwan-experiment=ARRAY script` gives each task the trial
// of its row in ARRAY/manifest, and writes into ARRAY/events when it began and how it ended.
//
// Slurm calls the hooks in three programs. In sbatch and srun the option's callback looks whether
// there is a manifest. In slurmstepd, which is root, user_init has the user's rights: all that is
// done to files is done there. task_init runs in the task's own process; task_exit, as root again,
// does one write(2) to a file that user_init opened.
//
// No hook ever gives an error back: a plugin that is installed as `required` and fails drains its
// node. A task that must not run ends itself in task_init.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#pragma GCC visibility push(default)
#include <slurm/slurm.h>
#include <slurm/spank.h>
#pragma GCC visibility pop

#include "slurm-plugin/event.h"
#include "slurm-plugin/fault.h"
#include "slurm-plugin/guard.h"
#include "slurm-plugin/manifest.h"
#include "slurm-plugin/trial.h"

#pragma GCC visibility push(default)
SPANK_PLUGIN(diwan, 1)
#pragma GCC visibility pop

enum { longest_path = 4096 };

/// Before the folder of an array whose tasks `diwan exec --array` runs: its ends alone are written
/// down.
static const char watch[] = "watch:";
/// By which srun and sbatch within the job would take the option over. Steps have the script's
/// environment, and other jobs are no trials.
static const char inherited_option[] = "SLURM_SPANK__SLURM_SPANK_OPTION_diwan_diwan_experiment";
/// Where the option may stand in a job's environment: as sbatch put it there, and as a user may
/// give it.
static const char* const option_variables[] = {inherited_option, "DIWAN_ARRAY"};

/// Of this process; a slurmstepd belongs to one step.
static struct {
  char option[longest_path];          ///< as it was given; empty: it was not
  char tmpdir[longest_path];          ///< of plugstack.conf; empty: in the trial's directory
  char temporary[longest_path + 32];  ///< TMPDIR
  char problem[diwan_message_bytes];  ///< for which no task may run; empty: none
  char host[65];
  struct diwan_place place;
  uint32_t restarts;
  struct diwan_row row;  ///< without storage: no task gets anything
  int events;            ///< -1: nothing is written down
} plugin = {.events = -1};

/// What a hook was called with.
struct call {
  spank_t spank;
  int count;
  char** words;
};

static int take_option(int value, const char* text, int remote);

static struct spank_option option = {
    .name = "diwan-experiment",
    .arginfo = "DIR",
    .usage =
        "give each task of the job array its trial of a Diwan experiment; DIR: NAME.diwan/arrays/N",
    .has_arg = 1,
    .val = 0,
    .cb = take_option};

// In slurmd and its prologs there is nothing for us to do.
static int has_jobs(void) {
  const spank_context_t context = spank_context();
  return context == S_CTX_LOCAL || context == S_CTX_REMOTE || context == S_CTX_ALLOCATOR;
}

static int init(void* argument) {
  const struct call* call = argument;
  for (int i = 0; i < call->count; ++i) {
    const char* word = call->words[i];
    if (strncmp(word, "tmpdir=/", 8) == 0 && strlen(word) - 7 < sizeof plugin.tmpdir) {
      strcpy(plugin.tmpdir, word + 7);
#ifdef DIWAN_SPANK_FAULTS
    } else if (strncmp(word, "fault=", 6) == 0 && strlen(word) - 6 < sizeof diwan_fault_wanted) {
      strcpy(diwan_fault_wanted, word + 6);
#endif
    } else {
      slurm_error(
          "diwan: plugstack.conf: \"%s\" is no argument of this plugin; give tmpdir=/DIR or none",
          word);
    }
  }
  if (diwan_fault("init") != 0) {
    return -1;
  }
  const spank_err_t error = spank_option_register(call->spank, &option);
  if (error != ESPANK_SUCCESS) {
    slurm_error("diwan: --diwan-experiment cannot be offered: %s", spank_strerror(error));
  }
  return 0;
}

/// In sbatch and srun, with the user's rights.
static int check_option(void* argument) {
  const char* text = argument == NULL ? "" : argument;
  if (diwan_fault("option") != 0) {
    return -1;
  }
  const int watched = strncmp(text, watch, sizeof watch - 1) == 0;
  const char* directory = watched ? text + sizeof watch - 1 : text;
  if (directory[0] != '/' || strlen(text) >= sizeof plugin.option) {
    slurm_error(
        "diwan: --diwan-experiment=%.200s is no absolute path; give the folder that `diwan run` "
        "named, "
        "/…/NAME.diwan/arrays/N",
        text);
    return -1;
  }
  char message[diwan_message_bytes];
  if (!watched && diwan_manifest_check(directory, message) != 0) {
    slurm_error("%s", message);
    return -1;
  }
  return 0;
}

static int take_option(int value, const char* text, int remote) {
  (void)value;
  // On a node nothing is looked at as root: user_init does it.
  return remote ? 0 : diwan_guarded(check_option, (void*)text);
}

/// Finds out what was asked for; plugin.option stays empty where nothing was.
static void find_option(spank_t spank) {
  char* text = NULL;
  if (spank_option_getopt(spank, &option, &text) == ESPANK_SUCCESS && text != NULL) {
    snprintf(plugin.option, sizeof plugin.option, "%s", text);
    return;
  }
  for (size_t i = 0; i < sizeof option_variables / sizeof option_variables[0]; ++i) {
    if (spank_getenv(spank, option_variables[i], plugin.option, sizeof plugin.option) ==
        ESPANK_SUCCESS) {
      return;
    }
    plugin.option[0] = '\0';
  }
}

static uint32_t number_of(spank_t spank, spank_item_t item) {
  uint32_t number = NO_VAL;
  return spank_get_item(spank, item, &number) == ESPANK_SUCCESS ? number : NO_VAL;
}

static uint64_t now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

/// One write, that either goes or does not.
static void write_event(enum diwan_event_kind kind, int status) {
  const struct diwan_event event = {.kind = kind,
                                    .array = plugin.place.array,
                                    .task = plugin.place.task,
                                    .restarts = plugin.restarts,
                                    .job = plugin.place.job,
                                    .trial = plugin.row.storage == NULL ? 0 : plugin.row.trial,
                                    .attempt = plugin.row.storage == NULL ? 0 : plugin.row.attempt,
                                    .status = status,
                                    .time_us = now_us()};
  unsigned char bytes[diwan_event_bytes];
  diwan_event_encode(&event, plugin.host, bytes);
  if (plugin.events >= 0 && write(plugin.events, bytes, sizeof bytes) != (ssize_t)sizeof bytes) {
    slurm_error("diwan: the file events of this job's array cannot be written");
  }
}

/// The batch script's own task: its row becomes this one's, its folders are made.
static int begin_trial(const char* directory) {
  if (diwan_trial_take(directory, &plugin.place, plugin.problem) != 0) {
    return -1;
  }
  const char* attempt = diwan_row_value(&plugin.row, "DIWAN_TRIAL_DIR");
  if (plugin.tmpdir[0] != '\0') {
    snprintf(plugin.temporary, sizeof plugin.temporary, "%s/diwan-%lu", plugin.tmpdir,
             (unsigned long)plugin.place.job);
  } else if (attempt != NULL) {
    snprintf(plugin.temporary, sizeof plugin.temporary, "%.*s/tmp", longest_path, attempt);
  }
  if (diwan_trial_prepare(&plugin.row, plugin.temporary, plugin.problem) != 0) {
    return -1;
  }
  plugin.events = diwan_trial_open_events(directory, geteuid(), plugin.problem);
  if (plugin.events < 0) {
    return -1;
  }
  write_event(diwan_event_began, 0);
  return 0;
}

static int user_init(void* argument) {
  spank_t spank = argument;
  find_option(spank);
  if (plugin.option[0] == '\0') {
    return 0;
  }
  if (diwan_fault("user_init") != 0) {
    return -1;
  }
  const int is_batch = number_of(spank, S_JOB_STEPID) == SLURM_BATCH_SCRIPT;
  char text[64];
  plugin.place = (struct diwan_place){.array = number_of(spank, S_JOB_ARRAY_ID),
                                      .task = number_of(spank, S_JOB_ARRAY_TASK_ID),
                                      .job = number_of(spank, S_JOB_ID)};
  if (spank_getenv(spank, "SLURM_RESTART_COUNT", text, sizeof text) == ESPANK_SUCCESS) {
    plugin.restarts = (uint32_t)strtoul(text, NULL, 10);
  }
  gethostname(plugin.host, sizeof plugin.host - 1);
  if (strncmp(plugin.option, watch, sizeof watch - 1) == 0) {
    char message[diwan_message_bytes];
    if (is_batch && (plugin.events = diwan_trial_open_events(plugin.option + sizeof watch - 1,
                                                             geteuid(), message)) < 0) {
      slurm_error("%s", message);
    }
    return 0;
  }
  // A step has the batch script's environment, unless srun was told not to give it.
  if (!is_batch && spank_getenv(spank, "DIWAN_TRIAL", text, sizeof text) != ESPANK_ENV_NOEXIST) {
    return 0;
  }
  if (plugin.place.task == NO_VAL) {
    snprintf(plugin.problem, sizeof plugin.problem,
             "diwan: this is no task of a job array, and so has no row in %.*s; submit with sbatch "
             "--array=0-N",
             longest_path, plugin.option);
    return -1;
  }
  if (diwan_manifest_row(plugin.option, plugin.place.task, &plugin.row, plugin.problem) != 0) {
    return -1;
  }
  return is_batch ? begin_trial(plugin.option) : 0;
}

/// Variables of a trial that the job was submitted from.
static void unset_others(spank_t spank) {
  char** environment = NULL;
  int more =
      spank_get_item(spank, S_JOB_ENV, &environment) == ESPANK_SUCCESS && environment != NULL;
  for (int removed = 0; more && removed < 1000; ++removed) {
    more = 0;
    for (char** variable = environment; *variable != NULL && !more; ++variable) {
      char name[256];
      const char* sign = strchr(*variable, '=');
      const size_t length = sign == NULL ? 0 : (size_t)(sign - *variable);
      if (strncmp(*variable, "DIWAN_", 6) == 0 && length > 0 && length < sizeof name) {
        memcpy(name, *variable, length);
        name[length] = '\0';
        more = spank_unsetenv(spank, name) == ESPANK_SUCCESS &&
               spank_get_item(spank, S_JOB_ENV, &environment) == ESPANK_SUCCESS;
        break;
      }
    }
  }
}

static int set(spank_t spank, const char* name, const char* value) {
  const spank_err_t error = spank_setenv(spank, name, value, 1);
  if (error != ESPANK_SUCCESS) {
    snprintf(plugin.problem, sizeof plugin.problem, "diwan: %s cannot be set: %s", name,
             spank_strerror(error));
    return -1;
  }
  return 0;
}

static int task_init(void* argument) {
  spank_t spank = argument;
  if (diwan_fault("task_init") != 0) {
    return -1;
  }
  if (plugin.row.storage == NULL || plugin.problem[0] != '\0') {
    return 0;
  }
  unset_others(spank);
  spank_unsetenv(spank, inherited_option);
  for (const char* text = plugin.row.variables; text < plugin.row.end; text += strlen(text) + 1) {
    char name[256];
    const size_t length = strcspn(text, "=");
    if (length >= sizeof name) {
      snprintf(plugin.problem, sizeof plugin.problem,
               "diwan: a variable has too long a name: %.100s", text);
      return -1;
    }
    memcpy(name, text, length);
    name[length] = '\0';
    if (set(spank, name, text + length + 1) != 0) {
      return -1;
    }
  }
  char text[1024];
  snprintf(text, sizeof text, "%lu", (unsigned long)plugin.place.job);
  if (set(spank, "DIWAN_SLURM_JOB_ID", text) != 0 ||
      (plugin.temporary[0] != '\0' && set(spank, "TMPDIR", plugin.temporary) != 0)) {
    return -1;
  }
  static const char* const gpus[] = {"CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES",
                                     "ZE_AFFINITY_MASK"};
  for (size_t i = 0; i < sizeof gpus / sizeof gpus[0]; ++i) {
    if (spank_getenv(spank, gpus[i], text, sizeof text) == ESPANK_SUCCESS && text[0] != '\0') {
      return set(spank, "DIWAN_GPUS", text);
    }
  }
  return 0;
}

static int task_exit(void* argument) {
  if (diwan_fault("task_exit") != 0) {
    return -1;
  }
  int status = 0;
  if (plugin.events >= 0 &&
      spank_get_item(argument, S_TASK_EXIT_STATUS, &status) == ESPANK_SUCCESS) {
    write_event(diwan_event_ended, status);
  }
  return 0;
}

/// Was the option one with which a task must not run without its trial?
static int gives_trials(void) {
  return plugin.option[0] != '\0' && strncmp(plugin.option, watch, sizeof watch - 1) != 0;
}

static void not_without_trial(void) {
  if (gives_trials() && plugin.problem[0] == '\0') {
    strcpy(plugin.problem,
           "diwan: the plugin failed on this node; the task is not run without its trial");
  }
}

int slurm_spank_init(spank_t spank, int count, char* words[]) {
  struct call call = {.spank = spank, .count = count, .words = words};
  if (has_jobs() && diwan_guarded(init, &call) != 0) {
    slurm_error("diwan: the plugin cannot begin; jobs run without it");
  }
  return ESPANK_SUCCESS;
}

int slurm_spank_user_init(spank_t spank, int count, char* words[]) {
  (void)count;
  (void)words;
  if (spank_context() == S_CTX_REMOTE && diwan_guarded(user_init, spank) != 0) {
    not_without_trial();
  }
  return ESPANK_SUCCESS;
}

int slurm_spank_task_init(spank_t spank, int count, char* words[]) {
  (void)count;
  (void)words;
  if (diwan_guarded(task_init, spank) != 0) {
    not_without_trial();
  }
  if (plugin.problem[0] != '\0') {
    slurm_error("%s", plugin.problem);
    // This is the task's own process. Slurm takes no notice of what an optional plugin gives back.
    _exit(1);
  }
  return ESPANK_SUCCESS;
}

int slurm_spank_task_exit(spank_t spank, int count, char* words[]) {
  (void)count;
  (void)words;
  if (diwan_guarded(task_exit, spank) != 0) {
    slurm_error("diwan: the end of this task could not be written down");
  }
  return ESPANK_SUCCESS;
}
