using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Running;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Workflows.Benchmarks;

/// <summary>What a burst and an expression cost without a database: the processor of the host alone, one thread.</summary>
internal static class Expressions
{
    private const int InOneBurst = 50;

    public static IEnumerable<Figure> Run(double seconds)
    {
        var reader = new DefinitionReader(new ActivityCatalog(typeof(Activity).Assembly));
        var steps = Enumerable.Range(0, InOneBurst).Select(i => $$$$"""
            {"id":"s{{{{i}}}}","type":"Elsa.SetVariable","variable":{"id":"n","name":"n"},"value":{"typeName":"Object","expression":{"type":"JavaScript","value":"variables.n > 10 ? variables.n % 7 : variables.n + getInput('by') * 2"}}}
            """);
        var scripts = Read(reader, $$$"""
            {"id":"scripts-1","definitionId":"scripts","version":1,"variables":[{"id":"n","name":"n","typeName":"Double","value":"1"}],"root":{"id":"main","type":"Elsa.Sequence","activities":[{{{string.Join(',', steps)}}}]}}
            """);
        var start = new JsonObject { ["input"] = new JsonObject { ["by"] = 3 } };
        var each = Measured(scripts, start, seconds) / InOneBurst;
        yield return new Figure("JavaScript expressions, with the activity around each", FormattableString.Invariant($"{1 / each:0} /s"), FormattableString.Invariant($"{each * 1e6:0.0} us each"), seconds);
        var burst = Measured(Read(reader, Rows.Child), [], seconds);
        yield return new Figure("first burst of a unit with its state as JSON, no database", FormattableString.Invariant($"{1 / burst:0} /s"), FormattableString.Invariant($"{burst * 1e6:0.0} us each"), seconds);
    }

    private static Workflow Read(DefinitionReader reader, string json) =>
        reader.Read(json).Workflow;

    private static double Measured(Workflow workflow, JsonObject start, double seconds)
    {
        var now = new DateTimeOffset(2019, 12, 17, 1, 0, 0, TimeSpan.Zero);
        var facts = new Facts
        {
            Unit = new UnitFacts(2, "u2", "Công đoàn cơ sở 2", "CĐCS 2", "grassroots", "/1/2/", "vn-public", "{}"),
            Owner = new UnitFacts(1, "root", "Root", "Root", "national", "/1/", "vn-public", "{}"),
            Reference = new ReferenceData(
                "vn-public@1", new Dictionary<string, WorkingCalendar> { ["vn-public"] = WorkingCalendar.VietnamPublic },
                new Dictionary<string, Ladder> { ["default"] = Ladder.Standard }, new Dictionary<string, int>()),
        };
        var bytes = 0L;
        for (var i = 0; i < 2_000; i++) Once();
        var watch = Stopwatch.StartNew();
        var count = 0;
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            for (var i = 0; i < 20; i++) Once();
            count += 20;
        }

        if (bytes == 0) throw new InvalidOperationException("The bursts left no state.");
        return watch.Elapsed.TotalSeconds / count;

        void Once()
        {
            var id = Guid.NewGuid();
            var head = new InstanceHead(id, id, null, null, "none", 2, workflow, 1, now);
            var result = Burst.Run(head, null, [new InstanceEvent(1, EventKind.Start, start, null, null, now)], facts, now);
            if (result.State.Incidents.Count > 0) throw new InvalidOperationException(result.State.Incidents[0].Message);
            bytes += result.State.ToUtf8().Length;
        }
    }
}
