using System.Text.Json.Nodes;
using WorkflowEngine.Running;
using static Workflows.Tests.Running.Draw;

namespace Workflows.Tests.Running;

/// <summary>Moving a running instance to another version: what waits keeps waiting, what has finished stays finished, or nothing happens.</summary>
public sealed class MigrationOfInstancesTests
{
    private readonly MemoryEngine _engine = new();

    [Fact]
    public void Renamed_activities_are_mapped_and_nothing_finished_runs_again()
    {
        _engine.Import(Definition("d", Flow("s>w w>a s>b b>j a>j", Line("s"), Wait("w"), Line("a"), Line("b"), Line("j"))));
        var instance = _engine.Start("d");
        var mark = instance.State.Bookmarks.ShouldHaveSingleItem();
        _engine.Import(Definition("d", Flow("first>x x>a first>b b>j a>new new>j", Line("first"), Of("Elsa.Event", "x", ("eventName", "w")), Line("a"), Line("b"), Line("j"), Line("new"))));

        Migrate(instance, 2, new JsonObject { ["s"] = "first", ["w"] = "x" }).ShouldBeNull();
        instance.Workflow.Version.ShouldBe(2);
        instance.State.Bookmarks.ShouldHaveSingleItem().ShouldBe(mark with { NodeId = "Workflow1:main:x" }, new MarkById());
        _engine.Publish("w");
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(["s", "b", "a", "new", "j"]);
    }

    /// <summary>The flowchart has ended before its last step began: nothing follows from that, whether its move to another version came later or in the same burst.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_cut_off_from_its_owner_stays_so(bool inOneBurst)
    {
        for (var version = 1; version <= 2; version++) _engine.Import(Definition("d", Flow("s>e s>w w>after", Line("s"), Of("Elsa.End", "e"), Wait("w"), Line("after"))));
        MemoryInstance instance = null!;
        void Start() => instance = _engine.Start("d", version: 1);
        void Move() => _engine.Tell(instance, EventKind.Alter, new JsonObject { ["alterations"] = new JsonArray(new JsonObject { ["type"] = "Migrate", ["targetVersion"] = 2 }) });
        if (inOneBurst)
        {
            _engine.Together(() =>
            {
                Start();
                Move();
            });
        }
        else
        {
            Start();
            Move();
        }

        instance.Workflow.Version.ShouldBe(2);
        _engine.Publish("w");
        instance.State.SubStatus.ShouldBe(SubStatus.Finished);
        _engine.Lines.ShouldBe(["s"]);
    }

    [Fact]
    public void A_timer_keeps_its_time()
    {
        _engine.Import(Definition("d", Sequence(Of("Elsa.Delay", "t", ("timeSpan", "10.00:00:00")), Line("a"))));
        var instance = _engine.Start("d");
        var due = instance.State.Bookmarks[0].DueAt;
        _engine.Advance(TimeSpan.FromDays(3));
        _engine.Import(Definition("d", Sequence(Line("before"), Of("Elsa.Delay", "t", ("timeSpan", "99.00:00:00")), Line("a"), Line("b"))));
        Migrate(instance, 2).ShouldBeNull();
        instance.State.Bookmarks.ShouldHaveSingleItem().DueAt.ShouldBe(due);
        _engine.Advance(TimeSpan.FromDays(7));
        _engine.Lines.ShouldBe(["a", "b"]);
    }

    [Fact]
    public void It_is_refused_when_what_waits_has_no_place()
    {
        _engine.Import(Definition("d", Sequence(Wait("w"), Line("a"))));
        var instance = _engine.Start("d");
        _engine.Import(Definition("d", Sequence(Line("a"))));
        Migrate(instance, 2)!.ShouldContain("'w'");
        Migrate(instance, 9)!.ShouldContain("9");
        instance.Workflow.Version.ShouldBe(1);
        _engine.Publish("w");
        _engine.Lines.ShouldBe(["a"]);
    }

    [Fact]
    public void It_is_refused_when_what_waits_would_be_of_another_type()
    {
        _engine.Import(Definition("d", Sequence(Wait("w"))));
        var instance = _engine.Start("d");
        _engine.Import(Definition("d", Sequence(Line("w"))));
        Migrate(instance, 2)!.ShouldContain("Elsa.WriteLine");
    }

    [Fact]
    public void It_is_refused_when_a_finished_step_would_run_again()
    {
        _engine.Import(Definition("d", Sequence(Line("pay"), Wait("w"))));
        var inSequence = _engine.Start("d");
        _engine.Import(Definition("d", Sequence(Wait("w"), Line("pay"))));
        Migrate(inSequence, 2)!.ShouldContain("'pay'");

        _engine.Import(Definition("e", Flow("pay>w", Line("pay"), Wait("w"))));
        var inFlow = _engine.Start("e");
        _engine.Import(Definition("e", Flow("s>w w>pay s>x", Line("s"), Wait("w"), Line("pay"), Line("x"))));
        Migrate(inFlow, 2, new JsonObject { ["pay"] = "pay" })!.ShouldContain("'pay'");
    }

    [Fact]
    public void What_comes_next_needs_a_place_too()
    {
        var missing = Line("m");
        missing["version"] = 99;
        _engine.Import(Definition("d", Sequence(Line("a"), missing)));
        var instance = _engine.Start("d");
        instance.State.Queue.ShouldHaveSingleItem("the version of its activity is not here: it stays queued");
        _engine.Import(Definition("d", Sequence(Line("a"), Line("other"))));
        _engine.Import(Definition("d", Sequence(Line("a"), Line("m"))));

        Migrate(instance, 2).ShouldBe("Version 2 has no place for the activity 'm', which comes next.");
        Migrate(instance, 3).ShouldBeNull();
        _engine.Tell(instance, EventKind.Retry, []);
        (instance.State.SubStatus, _engine.Lines[^1]).ShouldBe((SubStatus.Finished, "m"));
    }

    [Fact]
    public void A_finished_step_may_be_missing_in_the_next_version_and_still_does_not_run_again()
    {
        _engine.Import(Definition("d", Flow("pay>w w>end", Line("pay"), Wait("w"), Line("end"))));
        var instance = _engine.Start("d");
        _engine.Import(Definition("d", Flow("w>end", Wait("w"), Line("end"))));
        _engine.Import(Definition("d", Flow("w>pay pay>end", Wait("w"), Line("pay"), Line("end"))));

        Migrate(instance, 2).ShouldBeNull();
        Migrate(instance, 3)!.ShouldContain("'pay'");
        _engine.Publish("w");
        (instance.State.SubStatus, instance.Workflow.Version).ShouldBe((SubStatus.Finished, 2));
        _engine.Lines.ShouldBe(["pay", "end"]);
    }

    [Fact]
    public void A_refusal_stops_the_alterations_after_it()
    {
        _engine.Import(Definition("d", Sequence(Wait("w"), Line("a"))));
        var instance = _engine.Start("d");
        _engine.Tell(instance, EventKind.Alter, new JsonObject
        {
            ["alterations"] = new JsonArray(
            new JsonObject { ["type"] = "Migrate", ["targetVersion"] = 7 }, new JsonObject { ["type"] = "Cancel" })
        });
        instance.Alterations.ShouldHaveSingleItem();
        instance.State.Status.ShouldBe(InstanceStatus.Running);
    }

    private string? Migrate(MemoryInstance instance, int version, JsonObject? mapping = null)
    {
        _engine.Tell(instance, EventKind.Alter, new JsonObject
        {
            ["alterations"] = new JsonArray(
            new JsonObject { ["type"] = "Migrate", ["targetVersion"] = version, ["mapping"] = mapping })
        });
        return instance.Alterations[^1].Refusal;
    }

    private sealed class MarkById : IEqualityComparer<Bookmark>
    {
        public bool Equals(Bookmark? x, Bookmark? y) => (x?.Id, x?.NodeId, x?.Hash, x?.DueAt) == (y?.Id, y?.NodeId, y?.Hash, y?.DueAt);

        public int GetHashCode(Bookmark mark) => mark.Id.GetHashCode(StringComparison.Ordinal);
    }
}
