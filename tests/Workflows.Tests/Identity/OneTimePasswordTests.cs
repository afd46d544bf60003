using System.Net;
using Microsoft.AspNetCore.Identity;
using WorkflowHost.Identity;
using Workflows.Tests.Managers;
using Workflows.Tests.Tasks;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Identity;

[Collection("demo in January")]
public sealed class OneTimePasswordTests(DemoInJanuary demo)
{
    /// <summary>Else whoever manages the deputy's unit would come to the rights of the one who is away.</summary>
    [Fact]
    public async Task Who_stands_in_for_somebody_beyond_reach_gets_no_password_from_a_manager_of_their_own_unit()
    {
        await demo.ExecuteAsync(
            """
            with deputy as (
              insert into person (id, user_name, normalized_user_name, display_name, security_stamp, created_at)
              values (gen_random_uuid(), 'thaymat', 'THAYMAT', 'Người thay', 's', '2020-01-01Z') returning id),
            held as (
              insert into role_assignment (person_id, role, unit_id) select d.id, 'Officer', u.id from deputy d, unit u where u.code = 'CDYT-TB'),
            away as (
              insert into absence (id, person_id, from_day, until_day, entered_by, entered_at)
              select gen_random_uuid(), id, '2020-02-01', '2020-03-01', id, '2020-01-01Z' from person where user_name = 'quantri' returning id)
            insert into delegation (id, absence_id, deputy_id, duties) select gen_random_uuid(), a.id, d.id, array['review'] from away a, deputy d
            """);
        using var manager = await demo.ProgramAsync("quantri.cdyt");

        (await GiveAsync(manager)).ShouldBe(HttpStatusCode.NotFound, "a delegation that has yet to begin counts as well");
        await demo.ExecuteAsync("update absence set ended_at = '2020-01-08Z' where from_day = '2020-02-01'");
        (await GiveAsync(manager)).ShouldBe(HttpStatusCode.OK, "called off, it gives nothing");
    }

    [Fact]
    public async Task Who_manages_a_unit_that_somebody_left_gives_them_no_password_and_who_manages_all_of_theirs_does()
    {
        await using var bench = await TaskBench.CreateAsync();
        await bench.LeftAsync(ViceChair, "CDCS-BVNHI");
        var passwords = new OneTimePassword(bench.Database, new PasswordHasher<Person>());
        (await passwords.GiveAsync(await bench.ActorAsync(Stranger), ViceChair, Issue, Issue)).ShouldBeNull();
        (await passwords.GiveAsync(await bench.ActorAsync(Chair), ViceChair, Issue, Issue)).ShouldNotBeNull("the role elsewhere is over");

        await bench.ExecuteAsync("update role_assignment set valid_to = '2018-01-01' where person_id = (select id from person where user_name = 'phochutich.bvdkt')");
        (await passwords.GiveAsync(await bench.ActorAsync(Stranger), ViceChair, Issue, Issue)).ShouldBeNull("who left every unit is managed by none");
    }

    private static async Task<HttpStatusCode> GiveAsync(HttpClient manager) =>
        (await manager.PostAsync(new Uri("/api/organisation/people/thaymat/one-time-password", UriKind.Relative), null)).StatusCode;
}
