using System.Text.Json.Nodes;
using WorkflowEngine.Running;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>Where Elsa 3.8.0 does something else, and what is done here instead, named in docs/elsa-compatibility.md; and where it once was so.</summary>
public sealed class ElsaDifferencesTests
{
    private readonly MemoryEngine _engine = new();

    /// <summary>In Elsa it is the text of a .NET class.</summary>
    [Fact]
    public void A_function_as_a_result_is_an_incident()
    {
        _engine.Import(Definition("d", Sequence(Of("Elsa.RunJavaScript", "r", ("script", "return () => 1")))));
        _engine.Start("d").State.Incidents.ShouldHaveSingleItem().Message.ShouldContain("function");
    }

    /// <summary>In Elsa the list of a typed variable is one of .NET that cannot grow.</summary>
    [Fact]
    public void A_list_of_a_typed_variable_grows_and_becomes_text()
    {
        var run = Of("Elsa.RunJavaScript", "r", ("script", "variables.L.push('c')"));
        var show = Of("Elsa.WriteLine", "w", ("text", Expression("JavaScript", "'' + getL()")));
        _engine.Import(Definition("d", Sequence(run, Wait("e"), show), ("variables", Variable("l", "L", "String", "[\"a\",\"b\"]", true))));
        _engine.Start("d");
        _engine.Publish("e");
        _engine.Lines.ShouldBe(["a,b,c"]);
    }

    /// <summary>In Elsa it would write into the variable around it as well.</summary>
    [Fact]
    public void A_composite_has_variables_of_its_own_also_with_the_same_id()
    {
        _engine.Import(Definition("kid", Of("Elsa.RunJavaScript", "r", ("script", "setVariable('V', 'inner')")),
            ("options", new JsonObject { ["usableAsActivity"] = true }), ("variables", Variable("v", "V", "String", "own", false))));
        _engine.Import(Definition("d", Sequence(new JsonObject { ["id"] = "u", ["type"] = "Kid", ["workflowDefinitionId"] = "kid" },
            Of("Elsa.WriteLine", "w", ("text", Expression("JavaScript", "getV()")))), ("variables", Variable("v", "V", "String", "outer", false))));
        _engine.Start("d");
        _engine.Lines.ShouldBe(["outer"]);
    }

    /// <summary>Elsa says that it succeeded in a sequence, and does nothing.</summary>
    [Fact]
    public void A_step_of_a_sequence_is_not_scheduled_out_of_its_order()
    {
        _engine.Import(Definition("d", Sequence(Wait("a"), Line("b"), Line("c"))));
        var instance = _engine.Start("d");
        Alter(instance, new JsonObject { ["type"] = "ScheduleActivity", ["activityId"] = "c" });
        instance.Alterations.ShouldHaveSingleItem().Refusal.ShouldNotBeNull().ShouldContain("flowchart");
        _engine.Publish("a");
        _engine.Lines.ShouldBe(["b", "c"]);
    }

    /// <summary>In Elsa the flowchart around it is asked too, does not know the step, and the instance fails.</summary>
    [Fact]
    public void A_step_of_a_nested_flowchart_is_scheduled_there()
    {
        var nested = Flow("a>b", Wait("a"), Line("b"));
        nested["id"] = "n";
        _engine.Import(Definition("d", Flow("n>z", nested, Line("z"))));
        var instance = _engine.Start("d");
        Alter(instance, new JsonObject { ["type"] = "ScheduleActivity", ["activityId"] = "b" });
        _engine.Publish("a");
        _engine.Lines.ShouldBe(["b", "z"]);
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
    }

    /// <summary>The entries of alterations stand behind what all of them did, as in Elsa; there the instance would be suspended for ever.</summary>
    [Fact]
    public void An_instance_whose_last_waits_are_cancelled_is_finished()
    {
        _engine.Import(Definition("d", Flow("s>a s>b a>j b>j j>z", Line("s"), Wait("a"), Wait("b"), Join("j", "WaitAll"), Line("z"))));
        var instance = _engine.Start("d");
        Alter(instance, new JsonObject { ["type"] = "CancelActivity", ["activityId"] = "a" }, new JsonObject { ["type"] = "CancelActivity", ["activityId"] = "b" });
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        instance.Journal.Select(j => j.Event).TakeLast(2).ShouldBe(["Alteration CancelActivity succeeded", "Alteration CancelActivity succeeded"]);
    }

    /// <summary>In Elsa the child goes on, and nobody hears of its end.</summary>
    [Fact]
    public void Cancelling_by_an_alteration_takes_the_children_along()
    {
        _engine.Import(Definition("kid", Wait("k")));
        _engine.Import(Definition("d", Sequence(Of("Elsa.DispatchWorkflow", "w", ("workflowDefinitionId", "kid"), ("waitForCompletion", true)))));
        var instance = _engine.Start("d");
        Alter(instance, new JsonObject { ["type"] = "Cancel" });
        _engine.Instances.Select(i => i.State.SubStatus).ShouldBe([SubStatus.Cancelled, SubStatus.Cancelled]);
    }

    /// <summary>As in Elsa.</summary>
    [Theory]
    [InlineData("Elsa.RunTask")]
    [InlineData("Elsa.PublishEvent")]
    public void A_task_and_an_event_to_publish_need_a_name(string type)
    {
        _engine.Import(Definition("d", Sequence(Of(type, "t"))));
        _engine.Start("d").State.Incidents.ShouldHaveSingleItem().ActivityId.ShouldBe("t");
    }

    private void Alter(MemoryInstance instance, params JsonObject[] alterations) =>
        _engine.Tell(instance, EventKind.Alter, new JsonObject { ["alterations"] = new JsonArray([.. alterations]) });

    private static JsonArray Variable(string id, string name, string type, string value, bool isArray) => new(new JsonObject
    {
        ["id"] = id,
        ["name"] = name,
        ["typeName"] = type,
        ["isArray"] = isArray,
        ["value"] = value,
        ["storageDriverTypeName"] = "WorkflowInstanceStorageDriver",
    });
}
