using WorkflowEngine.Activities;

namespace Workflows.Tests.Running;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("0 0 0 * * *", "2026-11-20T08:00:00Z", "2026-11-21T00:00:00Z")]
    [InlineData("*/15 * * * * *", "2026-11-20T08:00:14Z", "2026-11-20T08:00:15Z")]
    [InlineData("*/15 * * * * *", "2026-11-20T08:00:15Z", "2026-11-20T08:00:30Z")]
    [InlineData("0 30 7 * * MON-FRI", "2026-11-20T08:00:00Z", "2026-11-23T07:30:00Z")]
    [InlineData("0 0 9 L * ?", "2027-02-01T00:00:00Z", "2027-02-28T09:00:00Z")]
    [InlineData("0 0 0 29 2 *", "2026-11-20T08:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("0 0 0 1 NOV-FEB *", "2027-02-02T00:00:00Z", "2027-11-01T00:00:00Z")]
    [InlineData("59 59 23 31 12 7", "2026-11-20T08:00:00Z", "2028-12-31T23:59:59Z")]
    [InlineData("0 0 9 L-2 * *", "2027-02-01T00:00:00Z", "2027-02-26T09:00:00Z")]
    [InlineData("0 0 9 LW * *", "2026-05-01T00:00:00Z", "2026-05-29T09:00:00Z")]
    [InlineData("0 0 9 L-1W * *", "2026-05-01T00:00:00Z", "2026-05-29T09:00:00Z")]
    [InlineData("0 0 9 15W * *", "2026-08-01T00:00:00Z", "2026-08-14T09:00:00Z")]
    [InlineData("0 0 9 15w * *", "2026-11-01T00:00:00Z", "2026-11-16T09:00:00Z")]
    [InlineData("0 0 9 1W * *", "2026-08-01T00:00:00Z", "2026-08-03T09:00:00Z")]
    [InlineData("0 0 9 31W * *", "2026-05-02T00:00:00Z", "2026-05-29T09:00:00Z")]
    [InlineData("0 0 9 31W * *", "2026-06-01T00:00:00Z", "2026-07-31T09:00:00Z")]
    [InlineData("0 0 9 15W * MON", "2026-11-17T00:00:00Z", "2027-02-15T09:00:00Z")]
    [InlineData("0 0 9 ? * MON#2", "2026-11-20T00:00:00Z", "2026-12-14T09:00:00Z")]
    [InlineData("0 0 9 * * 7#5", "2026-11-20T00:00:00Z", "2026-11-29T09:00:00Z")]
    [InlineData("0 0 9 * * 5L", "2026-11-01T00:00:00Z", "2026-11-27T09:00:00Z")]
    [InlineData("0 0 9 * * sunl", "2026-11-01T00:00:00Z", "2026-11-29T09:00:00Z")]
    [InlineData("0 0 9 25-31 12 5L", "2026-11-20T00:00:00Z", "2026-12-25T09:00:00Z")]
    [InlineData("? ? 9 * * *", "2026-11-20T08:00:00Z", "2026-11-20T09:00:00Z")]
    [InlineData("0 0 9 * * FRI-MON/3", "2026-11-20T10:00:00Z", "2026-11-23T09:00:00Z")]
    [InlineData("0 0 22-2/2 * * *", "2026-11-20T22:00:00Z", "2026-11-21T00:00:00Z")]
    [InlineData("@daily", "2026-11-20T08:00:00Z", "2026-11-21T00:00:00Z")]
    [InlineData("@Every_Minute", "2026-11-20T08:00:00Z", "2026-11-20T08:01:00Z")]
    [InlineData(" @weekly ", "2026-11-20T08:00:00Z", "2026-11-22T00:00:00Z")]
    [InlineData("@monthly", "2026-11-20T08:00:00Z", "2026-12-01T00:00:00Z")]
    [InlineData("@yearly", "2026-11-20T08:00:00Z", "2027-01-01T00:00:00Z")]
    public void The_next_time_follows_the_fields(string text, string after, string next) =>
        CronSchedule.Parse(text)!.Next(DateTimeOffset.Parse(after, null)).ShouldBe(DateTimeOffset.Parse(next, null));

    [Theory]
    [InlineData("not a cron")]
    [InlineData("@soon")]
    [InlineData("* * * * *")]
    [InlineData("60 * * * * *")]
    [InlineData("* * * 0 * *")]
    [InlineData("* * * * 13 *")]
    [InlineData("*/0 * * * * *")]
    [InlineData("*,5 * * * * *")]
    [InlineData("5,* * * * * *")]
    [InlineData("007 * * * * *")]
    [InlineData("* * * L,5 * *")]
    [InlineData("* * * 15W,16 * *")]
    [InlineData("* * * L/2 * *")]
    [InlineData("* * * L-31 * *")]
    [InlineData("* * * 0W * *")]
    [InlineData("* * * * * L")]
    [InlineData("* * * * * MON#6")]
    [InlineData("* * * * * 1-5#2")]
    [InlineData("* * * * * 5L,1")]
    [InlineData("* * * * * MONDAY")]
    [InlineData("0\n0 0 * * *")]
    public void What_is_no_expression_is_refused(string text) => CronSchedule.Parse(text).ShouldBeNull();

    [Fact]
    public void A_day_that_never_comes_has_no_next_time() => CronSchedule.Parse("0 0 0 30 2 *")!.Next(DateTimeOffset.UnixEpoch).ShouldBeNull();
}
