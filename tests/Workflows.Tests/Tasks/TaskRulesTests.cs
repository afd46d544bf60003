using WorkflowEngine.Tasks;

namespace Workflows.Tests.Tasks;

public sealed class TaskRulesTests
{
    private static readonly DateTimeOffset Due = Hanoi(2020, 1, 1);

    [Fact]
    public void The_last_second_of_the_last_day_is_on_time() =>
        TaskRules.Lateness(Due, null, Hanoi(2019, 12, 31, 23, 59, 59), Due).ShouldBe(Lateness.None);

    [Fact]
    public void Midnight_is_one_day_late() =>
        TaskRules.Lateness(Due, null, Due, Due).ShouldBe(new Lateness(true, 1));

    [Fact]
    public void Days_late_are_counted_as_people_do() =>
        TaskRules.Lateness(Due, null, Hanoi(2020, 1, 9, 10), Hanoi(2020, 1, 9, 10)).ShouldBe(new Lateness(true, 9));

    [Fact]
    public void A_recorded_extension_is_what_counts() =>
        TaskRules.Lateness(Due, Hanoi(2020, 1, 10), Hanoi(2020, 1, 9, 10), Hanoi(2020, 2, 1)).ShouldBe(Lateness.None);

    [Fact]
    public void Nothing_handed_in_is_measured_on_now()
    {
        TaskRules.Lateness(Due, null, null, Hanoi(2019, 12, 20)).IsLate.ShouldBeFalse();
        TaskRules.Lateness(Due, null, null, Hanoi(2020, 1, 2, 8)).ShouldBe(new Lateness(true, 2));
    }

    [Fact]
    public void Without_a_date_of_the_plan_nobody_is_late() =>
        TaskRules.Lateness(null, null, null, Hanoi(2030, 1, 1)).ShouldBe(Lateness.None);

    [Fact]
    public void Commands_follow_state_and_rights()
    {
        Allowed(TaskState.Open, work: true).ShouldBe(["complete", "draft", "attach", "claim", "reassign", "comment"]);
        Allowed(TaskState.Open, work: true, free: false).ShouldBe(["comment"]);
        Allowed(TaskState.Submitted, work: true, mine: true).ShouldBe(["withdraw", "comment"]);
        Allowed(TaskState.Submitted, review: true, owner: true).ShouldBe(["accept", "return", "close", "extend", "follow-up", "comment"]);
        Allowed(TaskState.Accepted, work: true, review: true, owner: true).ShouldBe(["comment"]);
    }

    private static IReadOnlyList<string> Allowed(string status, bool work = false, bool review = false, bool owner = false, bool free = true, bool mine = false) =>
        TaskRules.Allowed(status, free, mine, work, review, owner, owner, true);

    private static DateTimeOffset Hanoi(int year, int month, int day, int hour = 0, int minute = 0, int second = 0) =>
        new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.FromHours(7)).ToUniversalTime();
}
