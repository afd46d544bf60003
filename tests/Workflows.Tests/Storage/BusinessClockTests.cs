using Npgsql;
using WorkflowEngine.Storage;

namespace Workflows.Tests.Storage;

public sealed class BusinessClockTests
{
    private static readonly DateTimeOffset System2026 = new(2026, 11, 21, 1, 2, 3, TimeSpan.Zero);
    private static readonly DateTimeOffset Signing = new(2019, 12, 17, 8, 0, 0, TimeSpan.FromHours(7));

    private sealed class SetTime(DateTimeOffset start) : TimeProvider
    {
        public DateTimeOffset Time { get; set; } = start;

        public override DateTimeOffset GetUtcNow() => Time;
    }

    [Fact]
    public void Time_is_cut_to_whole_microseconds_never_rounded()
    {
        var lastTick = new DateTimeOffset(2019, 12, 31, 23, 59, 59, TimeSpan.Zero).AddTicks(9_999_999);

        new BusinessClock(new SetTime(lastTick)).Now().ShouldBe(lastTick.AddTicks(-9));
        BusinessClock.Whole(lastTick.ToOffset(TimeSpan.FromHours(7))).ShouldBe(lastTick.AddTicks(-9));
        BusinessClock.Whole(lastTick.ToOffset(TimeSpan.FromHours(7))).Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_new_clock_may_start_in_the_past_once()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var connection = await database.DataSource.OpenConnectionAsync();
        var clock = new BusinessClock(new SetTime(System2026), movable: true);

        (await clock.StartAt(connection, Signing)).ShouldBe(ClockMove.Moved);

        clock.Now().ShouldBe(Signing);
        (await clock.StartAt(connection, Signing.AddDays(-1))).ShouldBe(ClockMove.WouldMoveBack);
        clock.Now().ShouldBe(Signing);
    }

    [Fact]
    public async Task A_moved_clock_stands_until_it_is_released_and_then_runs_on_from_there()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var connection = await database.DataSource.OpenConnectionAsync();
        var system = new SetTime(System2026);
        var clock = new BusinessClock(system, movable: true);
        await clock.StartAt(connection, Signing);

        (await clock.MoveTo(connection, Signing.AddDays(3).AddTicks(17))).ShouldBe(ClockMove.Moved);
        system.Time = System2026.AddHours(1);
        clock.Stands.ShouldBeTrue();
        clock.Now().ShouldBe(Signing.AddDays(3).AddTicks(10));

        (await clock.Release(connection)).ShouldBe(ClockMove.Moved);
        clock.Stands.ShouldBeFalse();
        clock.Now().ShouldBe(Signing.AddDays(3).AddTicks(10));
        system.Time = System2026.AddHours(2);
        clock.Now().ShouldBe(Signing.AddDays(3).AddHours(1).AddTicks(10));
        (await clock.Release(connection)).ShouldBe(ClockMove.Moved);
    }

    [Fact]
    public async Task It_never_moves_back_standing_or_running()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var connection = await database.DataSource.OpenConnectionAsync();
        var system = new SetTime(System2026);
        var clock = new BusinessClock(system, movable: true);

        (await clock.MoveTo(connection, System2026.AddTicks(-10))).ShouldBe(ClockMove.WouldMoveBack);
        (await clock.MoveTo(connection, System2026.AddDays(1))).ShouldBe(ClockMove.Moved);
        (await clock.MoveTo(connection, System2026.AddDays(1))).ShouldBe(ClockMove.Moved);
        (await clock.MoveTo(connection, System2026.AddDays(1).AddTicks(-10))).ShouldBe(ClockMove.WouldMoveBack);
        await clock.Release(connection);
        system.Time = System2026.AddHours(1);
        (await clock.MoveTo(connection, System2026.AddDays(1).AddMinutes(59))).ShouldBe(ClockMove.WouldMoveBack);
        (await clock.MoveTo(connection, System2026.AddDays(1).AddMinutes(60))).ShouldBe(ClockMove.Moved);
    }

    [Fact]
    public async Task Other_hosts_see_a_move_at_their_next_refresh_and_cannot_go_behind_it_before()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var connection = await database.DataSource.OpenConnectionAsync();
        var system = new SetTime(System2026);
        var (one, other) = (new BusinessClock(system, movable: true), new BusinessClock(system, movable: true));
        await other.Refresh(connection);

        await one.MoveTo(connection, System2026.AddDays(5));

        other.Now().ShouldBe(System2026);
        (await other.MoveTo(connection, System2026.AddDays(4))).ShouldBe(ClockMove.WouldMoveBack);
        other.Now().ShouldBe(System2026.AddDays(5));
        await one.MoveTo(connection, System2026.AddDays(6));
        await other.Refresh(connection);
        other.Now().ShouldBe(System2026.AddDays(6));
    }

    [Fact]
    public async Task In_production_the_row_is_not_honoured_and_no_move_is_made()
    {
        await using var database = await Postgres.CreateDatabase();
        await using var connection = await database.DataSource.OpenConnectionAsync();
        await new BusinessClock(new SetTime(System2026), movable: true).MoveTo(connection, System2026.AddYears(1));
        var clock = new BusinessClock(new SetTime(System2026));

        await clock.Refresh(connection);

        clock.Now().ShouldBe(System2026);
        (await clock.MoveTo(connection, System2026.AddYears(2))).ShouldBe(ClockMove.NotInProduction);
        (await clock.Release(connection)).ShouldBe(ClockMove.NotInProduction);
        (await clock.StartAt(connection, Signing)).ShouldBe(ClockMove.NotInProduction);
        clock.Now().ShouldBe(System2026);
    }
}
