using WorkflowEngine.Running;
using WorkflowHost.Hosting;

namespace Workflows.Tests;

/// <summary>The dependency rules that the project files alone do not enforce.</summary>
public sealed class Architecture
{
    [Fact]
    public void The_engine_knows_no_web_no_scheduler_and_no_union()
    {
        var known = typeof(Burst).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToArray();
        known.ShouldNotContain(n => n.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        known.ShouldNotContain("Quartz");
        known.ShouldNotContain("Activities");
    }

    /// <summary>Business time is a parameter down to the SQL: the database's own clock stands in no statement and no migration.</summary>
    [Fact]
    public void No_statement_reads_the_clock_of_the_database()
    {
        var root = Path.GetDirectoryName(Path.GetDirectoryName(Postgres.HostFolder()))!;
        var files = Directory.EnumerateFiles(Path.Combine(root, "src"), "*.*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".cs" or ".sql" or ".cshtml" && !f.Split(Path.DirectorySeparatorChar).Any(p => p is "obj" or "bin" or "node_modules")).ToArray();
        files.Length.ShouldBeGreaterThan(400);
        Array.FindAll(files, f => f.EndsWith(".sql", StringComparison.Ordinal)).Length.ShouldBeGreaterThan(1);

        var found = from file in files
                    from line in File.ReadLines(file).Select((text, i) => (Text: text.TrimStart(), Number: i + 1))
                    where !line.Text.StartsWith("//", StringComparison.Ordinal) && !line.Text.StartsWith("--", StringComparison.Ordinal) && ReadsTheClock(line.Text)
                    select $"{Path.GetRelativePath(root, file)}:{line.Number}: {line.Text}";

        // The catcher's now() is the business clock it was given.
        found.Where(f => !(f.Contains("MailCatcher.cs", StringComparison.Ordinal) && f.EndsWith("SentAt = now(),", StringComparison.Ordinal))).ShouldBeEmpty();
        foreach (var bad in (string[])["where at < now()", "default NOW ( )", "select current_timestamp", "CURRENT_DATE - 1", "clock_timestamp()", "at > localtimestamp", "timestamp 'now'"])
            ReadsTheClock(bad).ShouldBeTrue(bad);
        foreach (var good in (string[])["clock.Now()", "nudge.Now();", "at = $3", "now: now, known()"]) ReadsTheClock(good).ShouldBeFalse(good);
    }

    private static bool ReadsTheClock(string line) => System.Text.RegularExpressions.Regex.IsMatch(line,
        @"(?<![\w.])(now|NOW)\s*\(\s*\)|\b(?i:current_timestamp|current_date|current_time|localtime|localtimestamp|clock_timestamp|statement_timestamp|transaction_timestamp)\b|\b(timeofday|TIMEOFDAY)\s*\(|(?i:'now')");

    [Fact]
    public void The_unions_world_knows_the_engine_and_no_host() =>
        Installation.Assemblies[1].GetReferencedAssemblies().Select(a => a.Name).ShouldNotContain("WorkflowHost");
}
