// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/spec/field.hpp"

namespace diwan {

/// Reports fields of a batch/v1 Job that Kubernetes does not know, or of another type: of the Job,
/// its spec, the Pod template and its containers. Katib refuses a Job that has any.
void check_job(const Field& job);

/// The same of one container.
void check_container(const Field& container);

/// Reports fields of an object's metadata that Kubernetes does not know, whatever their types.
void allow_metadata(const Field& metadata);

}  // namespace diwan
