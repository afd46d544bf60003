using System.Net;
using Workflows.Tests.Managers;

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

    private static async Task<HttpStatusCode> GiveAsync(HttpClient manager) =>
        (await manager.PostAsync(new Uri("/api/organisation/people/thaymat/one-time-password", UriKind.Relative), null)).StatusCode;
}
