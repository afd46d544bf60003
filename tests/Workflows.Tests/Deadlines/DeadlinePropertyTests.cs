using WorkflowEngine.Deadlines;
using static Workflows.Tests.Deadlines.Vn;

namespace Workflows.Tests.Deadlines;

/// <summary>Laws that hold for generated calendars, specifications and ladders. A failure names its seed, and <c>WORKFLOWS_SEED</c> begins with it.</summary>
public sealed class DeadlinePropertyTests
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("WORKFLOWS_LONG") == "1" ? 20_000 : 300;
    private static readonly int First = int.TryParse(Environment.GetEnvironmentVariable("WORKFLOWS_SEED"), System.Globalization.CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    [Fact]
    public void Working_days_forward_and_backward_agree() => ForAll((random, name) =>
    {
        var calendar = AnyCalendar(random);
        var day = AnyDay(random);
        var count = random.Next(1, 60);
        var ahead = calendar.AddWorkingDays(day, count);
        var behind = calendar.AddWorkingDays(day, -count);

        calendar.IsWorkingDay(ahead).ShouldBeTrue(name);
        calendar.WorkingDaysBetween(day, ahead).ShouldBe(count, name);
        calendar.WorkingDaysBetween(ahead, day).ShouldBe(-count, name);
        calendar.AddWorkingDays(calendar.AddWorkingDays(day, count - 1), 1).ShouldBe(ahead, name);
        calendar.AddWorkingDays(ahead, -count).ShouldBe(calendar.IsWorkingDay(day) ? day : calendar.LastWorkingDayOnOrBefore(day), name);
        calendar.AddWorkingDays(behind, count).ShouldBe(calendar.FirstWorkingDayOnOrAfter(day), name);
    });

    [Fact]
    public void What_is_printed_is_read_back_and_so_is_JSON() => ForAll((random, name) =>
    {
        var spec = AnySpec(random);
        DeadlineSyntax.Parse(DeadlineSyntax.Print(spec)).ShouldBe(spec, name);
        DeadlineSpec.Read(spec.Write()).ShouldBe(spec, name);
    });

    [Fact]
    public void A_deadline_ends_where_its_last_day_ends() => ForAll((random, name) =>
    {
        var calendar = AnyCalendar(random);
        var events = new Dictionary<string, DateTimeOffset> { ["x"] = calendar.InstantOf(AnyDay(random)).AddSeconds(random.Next(86_400)) };
        var deadline = AnySpec(random).Resolve(random.Next(2015, 2030), events, calendar);
        if (deadline.LastDay is not { } last) return;

        deadline.Due.ShouldBe(calendar.InstantOf(last.AddDays(1)), name);
        deadline.IsOnTime(deadline.Due!.Value.AddMicroseconds(-1)).ShouldBeTrue(name);
        deadline.DaysLate(deadline.Due.Value, calendar).ShouldBe(1, name);
        Deadline.FromDue(deadline.Due.Value, calendar).LastWorkingDay.ShouldBe(deadline.LastWorkingDay, name);
        DeadlineSentence.Explain(new DeadlineFacts(deadline, null, calendar) { Today = AnyDay(random) }).Lines.ShouldNotBeEmpty(name);
    });

    [Fact]
    public void Occurrences_are_strictly_ordered_unique_and_after_the_start() => ForAll((random, name) =>
    {
        var calendar = AnyCalendar(random);
        var ladder = AnyLadder(random);
        var started = calendar.InstantOf(AnyDay(random)).AddSeconds(random.Next(86_400));
        var deadline = Deadline.Through(calendar.DayOf(started).AddDays(random.Next(-20, 60)), calendar);
        var plan = LadderPlan.For(ladder, deadline, calendar, started);
        var list = plan.Occurrences().Take(200).ToList();
        var order = ladder.Rungs.Select((rung, index) => (rung.Id, index)).ToDictionary(pair => pair.Id, pair => pair.index);

        list.Select(o => (o.RungId, o.Period)).Distinct().Count().ShouldBe(list.Count, name);
        list.Zip(list.Skip(1)).ShouldAllBe(pair => pair.First.At < pair.Second.At
            || (pair.First.At == pair.Second.At && order[pair.First.RungId] < order[pair.Second.RungId]), name);
        list.ShouldAllBe(o => o.At > started, name);

        // From any instant the plan goes on with the first occurrence that is not before it, and the compiled form agrees.
        var compiled = new CompiledLadder(ladder, calendar);
        var from = started.AddHours(random.Next(0, 2000));
        var expected = list.FirstOrDefault(o => o.At >= from);
        if (expected is not null || list.Count < 200) plan.From(from).ShouldBe(expected, name);
        if (expected is not null || list.Count < 200) compiled.FirstFrom(deadline.Due!.Value, started, from).ShouldBe(expected, name);
        foreach (var (first, second) in list.Zip(list.Skip(1)).Take(20))
            compiled.NextRung(deadline.Due!.Value, started, first.RungId, first.Period).ShouldBe(second, name);
    });

    [Fact]
    public void The_number_of_working_days_of_a_stretch_is_counted_alike_from_both_ends_and_day_by_day() => ForAll((random, name) =>
    {
        var calendar = AnyCalendar(random);
        var (from, to) = (AnyDay(random), AnyDay(random));
        if (to < from) (from, to) = (to, from);
        to = to.DayNumber - from.DayNumber > 400 ? from.AddDays(400) : to;
        var between = calendar.WorkingDaysBetween(from, to);
        var oneByOne = Enumerable.Range(1, to.DayNumber - from.DayNumber).Count(n => calendar.IsWorkingDay(from.AddDays(n)));

        between.ShouldBe(oneByOne, name);
        calendar.WorkingDaysBetween(to, from).ShouldBe(-between, name);
        // Going as many forward from the start ends on the last working day of the stretch; as many back from the day behind it, on the first.
        if (between == 0) return;
        calendar.AddWorkingDays(from, between).ShouldBe(calendar.LastWorkingDayOnOrBefore(to), name);
        calendar.AddWorkingDays(to.AddDays(1), -between).ShouldBe(calendar.FirstWorkingDayOnOrAfter(from.AddDays(1)), name);
    });

    private static void ForAll(Action<Random, string> law)
    {
        for (var seed = First; seed < First + Cases; seed++) law(new Random(seed), $"seed {seed}");
    }

    private static DateOnly AnyDay(Random random) => new DateOnly(2019, 1, 1).AddDays(random.Next(0, 3_600));

    private static WorkingCalendar AnyCalendar(Random random)
    {
        if (random.Next(3) == 0) return Calendar;
        var week = Enum.GetValues<DayOfWeek>().Where(_ => random.Next(3) > 0).DefaultIfEmpty(DayOfWeek.Wednesday).ToList();
        var days = Enumerable.Range(0, random.Next(0, 400)).Select(_ => AnyDay(random)).Distinct()
            .Select(day => new CalendarDay(day, random.Next(4) == 0 ? CalendarDayKind.Worked : CalendarDayKind.Off, new("Ngày lễ", "Holiday"))).ToList();
        return new WorkingCalendar("any", 1, "Asia/Ho_Chi_Minh", week, [], Calendar.Yearly, days);
    }

    private static DeadlineSpec AnySpec(Random random)
    {
        CampaignYear Year() => random.Next(2) == 0 ? CampaignYear.Plus(random.Next(-1, 4)) : CampaignYear.Fixed(random.Next(2014, 2031));
        CampaignDate Date() => new(random.Next(1, 29), random.Next(1, 13), Year());
        DeadlineSpec spec = random.Next(9) switch
        {
            0 => new DeadlineSpec.Nothing(),
            1 => new DeadlineSpec.Before(Date()),
            2 => new DeadlineSpec.By(Date()),
            3 => new DeadlineSpec.InQuarter(random.Next(1, 5), Year()),
            4 => new DeadlineSpec.QuarterWindow(random.Next(1, 5), Year()),
            5 => new DeadlineSpec.Period(Date(), Date()),
            6 => new DeadlineSpec.AfterEvent("x", Date(), random.Next(2) == 0),
            7 => new DeadlineSpec.Yearly(new CampaignDate(random.Next(1, 29), random.Next(1, 13), CampaignYear.Plus(random.Next(-1, 4))), random.Next(2) == 0),
            _ => new DeadlineSpec.Offset(random.Next(1, 400), (PeriodUnit)random.Next(2), "x"),
        };
        string?[] quotes = [null, "", "trước ngày 01/01/2020", "“hai” \"dấu\"", "\"", "shift next"];
        return spec with { Quote = quotes[random.Next(quotes.Length)], ShiftPolicy = (ShiftPolicy)random.Next(3), Soft = random.Next(4) == 0 };
    }

    private static Ladder AnyLadder(Random random) => new("any", [.. Enumerable.Range(0, random.Next(1, 8)).Select(n =>
        new Rung($"r{n}", random.Next(-12, 8), (RungUnit)random.Next(4), new TimeOnly(random.Next(6, 10), 0), [new(RecipientPlace.Unit, RecipientRule.Assignee)])
        {
            On = (RungDay)(random.Next(5) / 4),
            Repeat = random.Next(3) > 0 ? null : new RungRepeat(random.Next(1, 4), (RungUnit)random.Next(4), random.Next(3) == 0 ? null : random.Next(0, 30)),
        })], random.Next(2) == 0 ? null : new QuietHours(new TimeOnly(random.Next(12, 24), 0), new TimeOnly(random.Next(0, 12), 30), random.Next(2) == 0));
}
