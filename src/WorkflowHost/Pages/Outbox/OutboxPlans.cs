using Npgsql;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Pages.Outbox;

/// <summary>Plans that mails belong to, for the filter and beside each mail.</summary>
public sealed class OutboxPlans(NpgsqlDataSource database)
{
    private const string Read =
        """
        -- OutboxPlans.Read
        select p.root_id, p.id, coalesce(p.number_text, p.number_raw, p.subject)
        from plan p join unit u on u.id = p.unit_id
        where p.status in ('issued', 'closed', 'recalled') and ($2 or exists (select from unnest($1) as x where starts_with(u.path, x)) or exists (
          select from every_instance i join unit c on c.id = i.unit_id join unnest($1) as x on starts_with(c.path, x) where i.root_id = p.root_id))
        order by p.campaign_year desc, p.issued_on desc, p.id
        limit 200
        """;

    /// <summary>A plan by the instance that carries it.</summary>
    public sealed record Plan(Guid RootId, Guid Id, string Number);

    /// <summary>Those within the reach of the reader's right to see the outbox.</summary>
    public async Task<IReadOnlyList<Plan>> ReadAsync(Actor actor, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Read, Texts(actor.PathsWith(Permission.Outbox)), P(actor.IsSystem))
            .ListAsync(r => new Plan(r.GetGuid(0), r.GetGuid(1), r.GetString(2)), cancellation);
    }
}
