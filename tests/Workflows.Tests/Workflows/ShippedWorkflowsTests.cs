using System.Text.Json.Nodes;
using Unions;
using WorkflowEngine.Activities;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;

namespace Workflows.Tests.Workflows;

/// <summary>Every definition shipped with the product: known activities, known inputs, sound connections, readable dates and drawing.</summary>
public sealed class ShippedWorkflowsTests
{
    private static readonly ActivityCatalog Catalog = new(typeof(Activity).Assembly, typeof(ShippedFiles).Assembly);

    public static TheoryData<string> Ids => [.. ShippedFiles.Definitions.Keys];

    private static Workflow Read(string id) => new DefinitionReader(Catalog).Read(ShippedFiles.Definitions[id]).Workflow;

    private static IEnumerable<ActivityNode> Tasks(string id) => Read(id).Nodes.Where(n => n.Type == "Workflows.HumanTask");

    private static string? Text(ActivityNode node, string input) => node.Inputs.GetValueOrDefault(input)?.Expression?.Value?.ToString();

    [Theory, MemberData(nameof(Ids))]
    public void It_is_named_after_its_file_and_uses_only_what_exists(string id)
    {
        new DefinitionReader(Catalog).Read(ShippedFiles.Definitions[id]).Warnings.ShouldBeEmpty();
        var workflow = Read(id);

        workflow.DefinitionId.ShouldBe(id);
        workflow.Name.ShouldNotBeNullOrEmpty();
        foreach (var node in workflow.Nodes)
        {
            Catalog.Find(node.Type).ShouldNotBeNull(node.Type);
            foreach (var input in node.Inputs.Keys) node.Activity.Descriptor.FindInput(input).ShouldNotBeNull($"{node.Id}.{input}");
            foreach (var (name, output) in node.Outputs)
            {
                node.Activity.Descriptor.FindOutput(name).ShouldNotBeNull($"{node.Id}.{name}");
                workflow.Variables.ShouldContain(v => v.Id == output.MemoryId, $"{node.Id}.{name}");
            }
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void Every_connection_starts_at_an_outcome_its_source_can_have(string id)
    {
        var flow = Read(id).Root.Child("root")!;
        var nodes = flow.AllChildren.ToDictionary(n => n.Id);

        foreach (var connection in flow.Connections)
        {
            nodes.ShouldContainKey(connection.Target);
            var source = nodes[connection.Source];
            string[] ports = source.Type switch
            {
                "Workflows.HumanTask" when Text(source, "outcomes") is { } given => [.. JsonNode.Parse(given)!.AsArray().Select(o => o!.ToString()), "Done", "Closed"],
                "Workflows.HumanTask" => ["Done", "Closed"],
                "Elsa.FlowDecision" => ["True", "False"],
                "Elsa.FlowFork" => [.. JsonNode.Parse(Text(source, "branches")!)!.AsArray().Select(b => b!.ToString())],
                _ => ["Done"],
            };
            ports.ShouldContain(connection.SourcePort, $"{connection.Source} -> {connection.Target}");
        }

        foreach (var node in nodes.Values.Where(n => n.Type != "Elsa.Start")) flow.Connections.ShouldContain(c => c.Target == node.Id, node.Id);
        foreach (var node in nodes.Values.Where(n => n.Type != "Elsa.End")) flow.Connections.ShouldContain(c => c.Source == node.Id, node.Id);
    }

    /// <summary>A task whose named outcomes all lead on must also lead on when it is closed, or the plan would end in silence.</summary>
    [Theory, MemberData(nameof(Ids))]
    public void A_closed_task_leads_on(string id)
    {
        var flow = Read(id).Root.Child("root")!;
        foreach (var task in Tasks(id).Where(t => t.Inputs.ContainsKey("outcomes")))
            flow.Connections.ShouldContain(c => c.Source == task.Id && c.SourcePort == "Closed", task.Id);
    }

    [Theory, MemberData(nameof(Ids))]
    public void Every_task_has_a_role_both_titles_and_a_form_that_is_shipped(string id)
    {
        foreach (var task in Tasks(id))
        {
            JsonNode.Parse(Text(task, "roles")!)!.AsArray().Count.ShouldBeGreaterThan(0, task.Id);
            Text(task, "title").ShouldNotBeNullOrWhiteSpace(task.Id);
            Text(task, "titleEn").ShouldNotBeNullOrWhiteSpace(task.Id);
            ShippedFiles.Forms.Keys.ShouldContain(Text(task, "form")!, task.Id);
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void Every_date_reads_and_prints_the_same(string id)
    {
        foreach (var text in Tasks(id).SelectMany(t => new[] { Text(t, "deadline"), Text(t, "targetDate") }).OfType<string>())
            DeadlineSyntax.Print(DeadlineSyntax.Parse(text)).ShouldBe(text);
    }

    /// <summary>Domain §2.3: legal last day of each dated duty of plan 23, and nothing else is dated.</summary>
    [Fact]
    public void Plan_23_gets_exactly_the_dates_of_its_words()
    {
        var dates = ShippedFiles.Definitions.Keys.SelectMany(Tasks).Where(t => t.Inputs.ContainsKey("deadline")).ToDictionary(
            t => Text(t, "obligation")!,
            t => DeadlineSyntax.Parse(Text(t, "deadline")!).Resolve(2019, new Dictionary<string, DateTimeOffset>(), WorkingCalendar.VietnamPublic).LastDay!.Value);

        dates.ShouldBe(new Dictionary<string, DateOnly>
        {
            ["S2-01"] = new(2019, 12, 31),
            ["S2-02"] = new(2020, 3, 14),
            ["S2-16"] = new(2020, 5, 14),
            ["S2-18"] = new(2020, 5, 24),
        }, ignoreOrder: true);
    }

    [Fact]
    public void The_obligations_that_are_tasks_are_all_there() =>
        ShippedFiles.Definitions.Keys.SelectMany(Tasks).Select(t => Text(t, "obligation")).OfType<string>().Order().ShouldBe(
            ["S2-01", "S2-02", "S2-05", "S2-05-request", "S2-14", "S2-15", "S2-16", "S2-17", "S2-18", "S2-18-receipt", "S2-19", "S2-19-notice", "S2-20", "S2-21"]);

    [Fact]
    public void The_grassroots_report_has_only_an_internal_date()
    {
        var report = Tasks("hoi-nghi-dien-hinh-tien-tien-co-so").Single(t => Text(t, "obligation") == "S2-21");

        (Text(report, "deadline"), Text(report, "targetDate")).ShouldBe((null, "before 25-05(+1)"));
    }

    [Theory, MemberData(nameof(Ids))]
    public void The_drawing_has_no_two_boxes_on_top_of_each_other(string id)
    {
        // Beside each box stand the names of its ways out.
        const int names = 100;
        var boxes = Read(id).Root.Child("root")!.AllChildren.Select(n => (n.Id, Place: n.Metadata["designer"]!["position"]!, Size: n.Metadata["designer"]!["size"]!))
            .Select(b => (b.Id, X: (int)b.Place["x"]!, Y: (int)b.Place["y"]!, Width: (int)b.Size["width"]! + names, Height: (int)b.Size["height"]!)).ToArray();
        foreach (var (i, a) in boxes.Index())
            boxes.Skip(i + 1).Where(b => a.X < b.X + b.Width && b.X < a.X + a.Width && a.Y < b.Y + b.Height && b.Y < a.Y + a.Height).Select(b => $"{a.Id} and {b.Id}").ShouldBeEmpty();
    }
}
