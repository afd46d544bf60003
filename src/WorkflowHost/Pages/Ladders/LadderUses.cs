using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions;
using WorkflowEngine.Definitions.Lint;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Inbox;
using WorkflowHost.Web;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Pages.Ladders;

/// <summary>Running clocks of one step of one plan on one ladder.</summary>
/// <param name="PlanId">Null: work outside of plans.</param>
/// <param name="RootId">Of the tree of runs: what the assignment names.</param>
public sealed record LadderUse(string LadderId, Guid? PlanId, Guid RootId, string? Number, string? Subject, string ActivityId, Text Title, int Clocks);

/// <summary>Who uses which ladder: clocks that run, of units the reader may see, and published definitions.</summary>
public sealed class LadderUses(NpgsqlDataSource database, DefinitionLibrary library)
{
    private const string Running =
        """
        -- LadderUses.Running
        select d.ladder_id, p.id, t.root_id, coalesce(p.number_text, p.number_raw), p.subject, t.activity_id,
          max(coalesce(s.body #>> '{title,vi}', t.activity_id)), max(s.body #>> '{title,en}'), count(*)::int
        from deadline d join task t on t.id = d.task_id join task_spec s on s.id = t.spec_id
        join unit o on o.id = t.owner_unit_id join unit u on u.id = t.unit_id
        left join plan p on p.root_id = t.root_id
        where d.due is not null and d.stopped_at is null and d.paused_at is null and d.ladder_id is not null
          and t.status = case d.purpose when 'review' then 'submitted' else 'open' end
          and ($1::text is null or d.ladder_id = $1) and ($4::text is null or d.purpose = $4)
          and ($3 or exists (select from unnest($2) as x where starts_with(o.path, x) or ($4::text is null and starts_with(u.path, x))))
        group by 1, 2, 3, 4, 5, 6
        order by p.campaign_year desc nulls last, 4, 2, min(d.due), 6
        """;

    private const string Given =
        """
        -- LadderUses.Given
        select p.id, c.root_id, coalesce(p.number_text, p.number_raw), p.subject, c.activity_id,
          (select s.body #> '{title}' from task t join task_spec s on s.id = t.spec_id where t.root_id = c.root_id and t.activity_id = c.activity_id limit 1)::text
        from case_ladder c join plan p on p.root_id = c.root_id and p.status not in ('closed', 'recalled') join unit u on u.id = p.unit_id
        where c.ladder_id = $1 and ($3 or exists (select from unnest($2) as x where starts_with(u.path, x)))
        order by p.campaign_year desc, 3, c.activity_id
        """;

    private const string Published =
        """
        -- LadderUses.Published
        select coalesce(name, definition_id), id, document from definition_version where is_published and deleted_at is null order by 1
        """;

    /// <summary>Clocks of one ladder or all, by plan and step.</summary>
    public Task<List<LadderUse>> RunningAsync(Actor actor, string? ladder, CancellationToken stop) => ReadAsync(actor, ladder, Permission.Read, null, stop);

    /// <summary>What may be given another ladder by this actor: open work of owners whose dates they may extend.</summary>
    public async Task<List<LadderUse>> AssignableAsync(Actor actor, CancellationToken stop) =>
        [.. (await ReadAsync(actor, null, Permission.Extend, "work", stop)).Where(u => u.PlanId is not null)];

    /// <summary>Plans that were given this ladder, for all their steps (no title) or one; also for what they open later.</summary>
    public async Task<List<(LadderUse Use, Text? Step)>> GivenAsync(Actor actor, string ladder, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        return await Command(connection, Given, P(ladder), Texts(actor.PathsWith(Permission.Read)), P(actor.IsSystem)).ListAsync(r =>
        {
            var activity = r.GetString(4);
            var title = r.TextOrNull(5) is { } json && JsonNode.Parse(json) is { } words ? new Text(words["vi"]!.ToString(), words["en"]?.ToString()) : new Text(activity);
            return (new LadderUse(ladder, r.GetGuid(0), r.GetGuid(1), r.TextOrNull(2), r.GetString(3), activity, title, 0), activity.Length == 0 ? null : title);
        }, stop);
    }

    /// <summary>Names a reminder by the words of its rung, or by its key where the ladder has none of that name any more.</summary>
    public static async Task<Func<ReminderChange, string>> WordsAsync(ReferenceStore reference, UnitNames names, Texts texts, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(names);
        var (data, words) = (await reference.GetAsync(stop), new RungWords(await names.RolesAsync(stop), new HashSet<string>(), texts));
        return change => OwnerRail.LadderOf(data, change.LadderId)?.Find(change.Rung) is { } rung ? words.Named(rung, 0) : change.Rung;
    }

    /// <summary>Published definitions with the steps that name this ladder, for their work or their review.</summary>
    public async Task<IReadOnlyList<(string Definition, IReadOnlyList<Text> Steps)>> DefinitionsAsync(string ladder, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        var found = new List<(string, IReadOnlyList<Text>)>();
        foreach (var (name, id, document) in await Command(connection, Published).ListAsync(r => (r.GetString(0), r.GetString(1), r.GetString(2)), stop))
        {
            var steps = (await library.TryReadAsync(id, document, connection, stop)).Workflow.Nodes
                .Where(n => n.Type == NodeText.HumanTask && (NodeText.Effective(n, "ladder") == ladder || NodeText.Literal(n, "reviewLadder") == ladder))
                .Select(n => NodeText.Label(n)).Select(l => new Text(l.Vi, l.En)).ToList();
            if (steps.Count > 0) found.Add((name, steps));
        }

        return found;
    }

    private async Task<List<LadderUse>> ReadAsync(Actor actor, string? ladder, string permission, string? purpose, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        return await Command(connection, Running, P(ladder, NpgsqlDbType.Text), Texts(actor.PathsWith(permission)), P(actor.IsSystem), P(purpose, NpgsqlDbType.Text)).ListAsync(
            r => new LadderUse(r.GetString(0), r.GuidOrNull(1), r.GetGuid(2), r.TextOrNull(3), r.TextOrNull(4), r.GetString(5), new Text(r.GetString(6), r.TextOrNull(7)), r.GetInt32(8)), stop);
    }
}
