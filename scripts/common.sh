# Shared by the scripts beside it; sourced, not run.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

# What a build needs, what the example needs, and what tests need on top; Debian 12 and Ubuntu 24.04.
build_packages="ca-certificates cmake g++ git make ninja-build pkg-config libboost-program-options-dev
  libeigen3-dev libhdf5-dev libncurses-dev libopenmpi-dev libprotobuf-dev libre2-dev libyaml-cpp-dev nlohmann-json3-dev openmpi-bin
  protobuf-compiler"
example_packages="dataset-fashion-mnist zlib1g-dev"
test_packages="bash-completion clang-format clang-tidy fish groff-base hdf5-tools libgtest-dev libslurm-dev mandoc munge procps
  slurm-client slurmctld slurmd zsh python3 python3-h5py python3-venv tmux"
# The browser that the report is tested in. Ubuntu has it as a snap alone, which containers cannot run.
if grep -q '^ID=debian' /etc/os-release 2>/dev/null; then
  test_packages="$test_packages chromium chromium-driver python3-selenium"
fi

say() { printf '%s\n' "$*" >&2; }

# install_packages PACKAGE...: installs those that are missing, after saying which.
install_packages() {
  missing=""
  for package in "$@"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=none
    [ "$state" = installed ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  if ! command -v apt-get >/dev/null; then
    say "This script installs packages with apt-get, which is not here. The README lists what to install"
    say "on other systems. Missing:$missing"
    exit 2
  fi
  as_root=""
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      say "These packages are missing, and there is no sudo to install them:$missing"
      exit 2
    fi
    as_root=sudo
  fi
  say "Installing with apt-get:$missing"
  $as_root apt-get update -q >&2
  # shellcheck disable=SC2086  # a list of words
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing >&2
}

# build DIRECTORY [CMAKE-ARGUMENT...]: configures and builds.
build() {
  directory=$1
  shift
  cmake -S "$root" -B "$directory" -G Ninja "$@" >&2
  cmake --build "$directory" >&2
}

# Open MPI refuses to run as root unless both of these are set.
if [ "$(id -u)" -eq 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
