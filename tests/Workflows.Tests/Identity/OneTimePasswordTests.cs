using Microsoft.AspNetCore.Identity;
using WorkflowHost.Identity;
using Workflows.Tests.Tasks;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Identity;

public sealed class OneTimePasswordTests
{
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
}
