using WorkflowEngine.Absences;
using Workflows.Tests.Tasks;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Absences;

public sealed class EnterAbsenceTests
{
    private static readonly DateTimeOffset Day = Hanoi(2019, 12, 26, 9);

    [Fact]
    public async Task Who_administers_a_unit_that_somebody_left_enters_sees_and_ends_no_absence_of_theirs()
    {
        await using var bench = await TaskBench.CreateAsync();
        await bench.LeftAsync(Chair, "CDCS-BVNHI");
        var (enter, list, former, self) = (new EnterAbsence(bench.Database), new ListAbsences(bench.Database), await bench.ActorAsync(Stranger), await bench.ActorAsync(Chair));
        var command = new EnterAbsence.Command(self.PersonId, new(2019, 12, 27), new(2019, 12, 31), null, []);
        (await enter.EnterAsync(former, command, Day, Issue)).ShouldBeOfType<AbsenceAnswer.NotFound>();

        var id = (await enter.EnterAsync(self, command, Day, Issue)).ShouldBeOfType<AbsenceAnswer.Done>().Id;
        (await list.ReadAsync(former, new(2019, 12, 1), new(2019, 12, 26))).ShouldBeEmpty();
        (await enter.EndAsync(former, id, Day, Issue)).ShouldBeOfType<AbsenceAnswer.NotFound>();

        // While the person was of the unit its administrator could.
        (await list.ReadAsync(former, new(2019, 12, 1), new(2017, 12, 31))).ShouldHaveSingleItem().MayEnd.ShouldBeTrue();
        (await enter.EndAsync(former, id, Hanoi(2017, 12, 31, 9), Issue)).ShouldBeOfType<AbsenceAnswer.Done>();
    }
}
