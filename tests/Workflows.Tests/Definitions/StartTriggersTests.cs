using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;

namespace Workflows.Tests.Definitions;

/// <summary>What starts instances by itself, as it is read when a definition is published.</summary>
public sealed class StartTriggersTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 1, 0, 0, TimeSpan.Zero);

    /// <summary>Elsa starts an instance at once, again at each publication and whenever its server starts.</summary>
    [Fact]
    public void A_time_that_has_passed_starts_nothing()
    {
        Of("Elsa.StartAt", "dateTime", "Literal", "2020-01-01T00:00:00Z").Triggers.ShouldHaveSingleItem().NextAfter(Now).ShouldBeNull();
        Of("Elsa.StartAt", "dateTime", "Literal", "2027-01-01T00:00:00Z").Triggers.ShouldHaveSingleItem().NextAfter(Now).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("Elsa.Timer", "interval", "'00:05:00'", 5)]
    [InlineData("Elsa.StartAt", "dateTime", "new Date(Date.now() + 3600000)", 60)]
    [InlineData("Elsa.Cron", "cronExpression", "'0 30 * * * *'", 30)]
    public void A_time_may_be_worked_out_by_a_script(string type, string input, string script, int minutes)
    {
        var triggers = Of(type, input, "JavaScript", script);
        triggers.Problems.ShouldBeEmpty();
        triggers.Triggers.ShouldHaveSingleItem().NextAfter(Now).ShouldBe(Now.AddMinutes(minutes));
    }

    /// <summary>As in Elsa, but for null: its import fails then, and the draft is lost; or a timer of nothing starts instances without end.</summary>
    [Theory]
    [InlineData("Elsa.Cron", "cronExpression", "Literal", null)]
    [InlineData("Elsa.Cron", "cronExpression", "Literal", "")]
    [InlineData("Elsa.Cron", "cronExpression", "JavaScript", "null")]
    [InlineData("Elsa.Cron", "cronExpression", "JavaScript", "nobody()")]
    [InlineData("Elsa.Timer", "interval", "JavaScript", "nobody()")]
    [InlineData("Elsa.Timer", "interval", "JavaScript", "null")]
    [InlineData("Elsa.Timer", "interval", "Literal", "00:00:00")]
    [InlineData("Elsa.StartAt", "dateTime", "JavaScript", "getVariable('X')")]
    [InlineData("Elsa.StartAt", "dateTime", "Literal", "soon")]
    public void A_time_that_is_not_known_without_an_instance_keeps_the_definition_from_being_published(string type, string input, string syntax, string? value)
    {
        var triggers = Of(type, input, syntax, value);
        triggers.Triggers.ShouldBeEmpty();
        triggers.Problems.ShouldHaveSingleItem().Path.ShouldBe("t." + input);
    }

    private static StartTriggers Of(string type, string input, string syntax, string? value) => StartTriggers.Of(Documents.Read(Documents.Sequence(new JsonObject
    {
        ["id"] = "t",
        ["type"] = type,
        ["customProperties"] = new JsonObject { ["canStartWorkflow"] = true },
        [input] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = syntax, ["value"] = value } },
    }.ToJsonString())).Workflow, Now);
}
