using System.Net;
using static Workflows.Tests.Races.RaceHost;

namespace Workflows.Tests.Races;

/// <summary>The rules that crash tests ask for do find what is broken; each damage is done to a copy of one sound database.</summary>
public sealed class InvariantsTests(InvariantsTests.OneTask sound) : IClassFixture<InvariantsTests.OneTask>
{
    [Theory]
    [InlineData("update task set status = 'cancelled' where id = '{task}'", "an instance is lost: it runs and waits for nothing", "a wake-up is lost: an instance waits for a task that is over")]
    [InlineData("delete from journal where instance_id = '{instance}'", "an instance has more or fewer journal rows than bursts")]
    [InlineData("delete from instance_state where instance_id = '{instance}'", "an instance has run and has no state")]
    [InlineData("insert into instance_event (instance_id, kind, at) select '{task}', 'resume', created_at from task where id = '{task}'", "an event belongs to no instance", "quiet: an event was never consumed")]
    [InlineData("insert into task select (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid()))).* from task t where id = '{task}'", "one step has two live tasks")]
    [InlineData("update deadline set next_at = (select standing_at from clock) where task_id = '{task}'", "quiet: a rung is due and has not fired")]
    [InlineData("update instance set status = 'Finished', sub_status = 'Finished' where id = '{instance}'", "a task outlives its instance")]
    [InlineData("delete from audit where action = 'task.completed'", "a submission and the audit differ", "a kept answer has no audit row")]
    [InlineData("update audit set actor_id = null where action = 'plan.create'", "a command in the audit names nobody")]
    public async Task A_broken_database_is_told(string damage, params string[] rules)
    {
        await using var database = await sound.Database.CloneAsync();
        (await Invariants.BrokenAsync(database.DataSource)).ShouldBeEmpty();

#pragma warning disable CA2100 // the texts above
        await using (var command = database.DataSource.CreateCommand(damage.Replace("{task}", sound.TaskId.ToString(), StringComparison.Ordinal).Replace("{instance}", sound.InstanceId, StringComparison.Ordinal)))
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync();

        (await Invariants.BrokenAsync(database.DataSource)).Select(b => b[..b.LastIndexOf(": ", StringComparison.Ordinal)]).ShouldBe(rules, ignoreOrder: true);
    }

    /// <summary>What a host left on which an instance waits for one task.</summary>
    public sealed class OneTask : IAsyncLifetime
    {
        public Postgres Database { get; private set; } = null!;
        public string InstanceId { get; private set; } = "";
        public Guid TaskId { get; private set; }

        public async Task InitializeAsync()
        {
            var host = await RaceHost.StartAsync();
            await host.SignInAsync("thietke");
            await host.PublishAsync("mot-viec", Work());
            var (status, body) = await host.PostAsync("thietke", "/elsa/api/workflow-definitions/mot-viec/execute", new { });
            status.ShouldBe(HttpStatusCode.OK);
            InstanceId = body!["workflowState"]!["id"]!.ToString();
            TaskId = await host.ScalarAsync<Guid>($"select id from task where instance_id = '{InstanceId}'");
            Database = await host.LeaveAsync();
            await Database.DataSource.DisposeAsync();
        }

        public async Task DisposeAsync() => await Database.DisposeAsync();
    }
}
