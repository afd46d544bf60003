using WorkflowEngine.Deadlines;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using WorkflowHost.Inbox;
using WorkflowHost.Web;

namespace Workflows.Tests.Inbox;

public sealed class OwnerRailTests
{
    private static readonly RungWords Words = new(new Dictionary<string, Text>(), new HashSet<string>(), new Texts());
    private static readonly ReferenceData Reference = new("1", new Dictionary<string, WorkingCalendar>(), new Dictionary<string, Ladder>(), new Dictionary<string, int>());

    // Whatever was handed in at a moment of its own has a clock of its own; many of them ring at the same time.
    [Fact]
    public void Reviews_of_which_is_reminded_at_the_same_time_are_one_line_with_their_number()
    {
        var due = At("2020-01-15T00:00:00+07:00");
        RailClock[] clocks = [.. new[] { ("2020-01-07T09:00:00+07:00", 1), ("2020-01-07T16:40:00+07:00", 2) }.Select(c => new RailClock(
            Ladder.Review.Id, "vn-public", "review", due, At(c.Item1), null, 0, At("2020-01-08T08:00:00+07:00"), new Text("Nộp kế hoạch", "Submit the plan"), null, c.Item2))];

        var lines = OwnerRail.Will(clocks, Words, Reference);

        lines.Count.ShouldBeGreaterThan(0);
        lines.ShouldAllBe(line => line.Text.Replace('\u00a0', ' ').StartsWith("Nhắc duyệt 3 việc ", StringComparison.Ordinal));
        lines.ShouldAllBe(line => line.When != null, "one line a moment");
    }

    private static DateTimeOffset At(string local) => DateTimeOffset.Parse(local, System.Globalization.CultureInfo.InvariantCulture).ToUniversalTime();
}
