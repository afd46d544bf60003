#!/bin/sh
# Measures every figure of docs/operations.md on a PostgreSQL of its own (fsync on) and prints them as a Markdown table.
# scripts/figures.sh small turns each mode once.
set -eu
cd "$(dirname "$0")/.."
project=tests/Workflows.Benchmarks
dotnet build "$project" -c Release -v q >&2
exec dotnet "$project/bin/Release/net10.0/Workflows.Benchmarks.dll" "${1:-all}"
