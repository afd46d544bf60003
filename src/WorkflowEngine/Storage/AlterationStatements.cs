using Npgsql;
using WorkflowEngine.Running;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Storage;

/// <summary>What became of the alterations that bursts were asked for, in their own commit: who asked looks there, not into the journal.</summary>
internal static class AlterationStatements
{
    public static IEnumerable<NpgsqlBatchCommand> Of(IReadOnlyList<CommittedBurst> bursts)
    {
        var taken = bursts.SelectMany(b => b.Consumed.Where(e => e.Kind == EventKind.Alter).Select(e => (Burst: b, e.Id))).ToArray();
        if (taken.Length == 0) yield break;

        // An instance that was over took the event and did nothing: no outcomes, which is an answer too.
        yield return Statement("""
            -- AlterationStatements.Outcomes
            update alteration_job j set outcomes = n.outcomes
            from unnest($1, $2, $3) as n(instance_id, event_id, outcomes)
            cross join lateral (select ctid from alteration_job where instance_id = n.instance_id and event_id = n.event_id limit 1) as known(place)
            where j.ctid = known.place
            """,
            Uuids([.. taken.Select(t => t.Burst.Id)]), Longs([.. taken.Select(t => t.Id)]),
            Jsons([.. taken.Select(t => AlterationOutcome.Write(t.Burst.Result.Effects.Alterations.Where(o => o.Event == t.Id)))]));
    }
}
