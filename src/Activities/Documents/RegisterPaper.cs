using NpgsqlTypes;
using Unions.Plans;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace Unions.Documents;

/// <summary>Enters what a unit handed in on paper into the owner's register of incoming documents, in the statement that hands it in; once a task and number.</summary>
public static class RegisterPaper
{
    private const string Insert =
        """

        , registered as (
          insert into incoming_document (id, unit_id, root_id, task_id, number_text, number_raw, sender, arrived_on, subject, registered_at)
          select $30, c.owner_unit_id, c.root_id, c.id, $31, $32, u.name, $33, coalesce(s.body #>> '{title,vi}', c.activity_id), $3
          from changed c join unit u on u.id = c.unit_id join task_spec s on s.id = c.spec_id
          on conflict do nothing)
        """;

    public static readonly PaperRegister Register = new(Insert, (paper, now) =>
        [P(Guid.CreateVersion7(now)), P(DocumentNumber.Parse(paper.Number!)?.ToString(), NpgsqlDbType.Text), P(paper.Number!.Trim()), P(paper.ArrivedOn)]);
}
