# Functions that the checks share. Python packages go into separate folders under target/, and npm packages next to their lock file.
# Source this in the project's root.

heading() {
    printf '\n== %s\n' "$*"
}

# Builds target/debug/emotechat. With a test beside it, cargo chooses the features that `cargo test` chooses, so that no dependency is
# compiled twice.
build_program() {
    cargo build --bin emotechat --test emotechat
}

TOOLS="$PWD/target/ci"
export SAM_CLI_TELEMETRY=0

# Installs Python packages into their own folder, unless these versions are installed: `install NAME LIST`.
install() {
    local folder="$TOOLS/$1"
    # Also checks that the venv still works: it breaks if its Python was removed from the machine.
    if cmp --silent "$2" "$folder/installed" && { [[ -d "$folder/packages" ]] || "$folder/venv/bin/python3" -c '' 2>/dev/null; }; then
        return
    fi
    rm -rf "$folder"
    mkdir -p "$folder"
    if python3 -m venv "$folder/venv" >"$folder/venv.log" 2>&1; then
        "$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$2"
    else
        # Some distributions ship python3 without ensurepip, which a venv needs.
        rm -rf "$folder/venv"
        python3 -m pip install --quiet --disable-pip-version-check --target "$folder/packages" -r "$2"
    fi
    # Written last, so that an interrupted installation starts again.
    cp "$2" "$folder/installed"
}

# Runs a command with the packages of a folder: `with NAME COMMAND…`.
with() {
    local folder="$TOOLS/$1"
    shift
    if [[ -d "$folder/packages" ]]; then
        env "PYTHONPATH=$folder/packages" "PATH=$folder/packages/bin:$PATH" "$@"
    else
        env "PATH=$folder/venv/bin:$PATH" "$@"
    fi
}

# Installs the npm packages that a folder's package-lock.json pins, unless these versions are installed: `modules DIR`.
modules() {
    if cmp --silent "$1/package-lock.json" "$1/node_modules/installed"; then
        return
    fi
    (cd "$1" && npm ci --no-audit --no-fund --silent)
    cp "$1/package-lock.json" "$1/node_modules/installed"
}
