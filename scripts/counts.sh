#!/usr/bin/env bash
# "passed failed skipped" of a trx file. A skipped test without a reason counts as failed. To stderr: reasons, and what failed, why and where.
set -euo pipefail
awk '
  function min(a, b) { return a < b ? a : b }
  { line = line $0 "\n" }
  END {
    n = split(line, parts, "<UnitTestResult ")
    for (i = 2; i <= n; i++) {
      outcome = ""; name = ""
      if (match(parts[i], /outcome="[^"]*"/)) outcome = substr(parts[i], RSTART + 9, RLENGTH - 10)
      if (match(parts[i], /testName="[^"]*"/)) name = substr(parts[i], RSTART + 10, RLENGTH - 11)
      if (outcome == "Passed") passed++
      else if (outcome == "NotExecuted") {
        reason = ""
        if (match(parts[i], /<Message>[^<]*/)) reason = substr(parts[i], RSTART + 9, RLENGTH - 9)
        if (reason == "") { failed++; print "skipped without a reason: " name > "/dev/stderr" }
        else { skipped++; print "skipped: " name ": " reason > "/dev/stderr" }
      }
      else {
        failed++; print "failed: " name > "/dev/stderr"
        if (match(parts[i], /<Message>[^<]*/)) print substr(parts[i], RSTART + 9, min(RLENGTH - 9, 600)) > "/dev/stderr"
        if (match(parts[i], /<StackTrace>[^<]*/)) {
          frames = split(substr(parts[i], RSTART + 12, RLENGTH - 12), frame, "\n")
          for (f = 1; f <= frames; f++) if (frame[f] ~ /tests\//) { print frame[f] > "/dev/stderr" }
        }
      }
    }
    printf "%d %d %d\n", passed, failed, skipped
  }' "$1"
