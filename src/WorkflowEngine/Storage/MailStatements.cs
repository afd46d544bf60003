using Npgsql;
using WorkflowEngine.Running;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Storage;

/// <summary>The part of <see cref="CommitBursts"/> that queues mails; queuing the same thing twice changes nothing.</summary>
internal static class MailStatements
{
    public static IEnumerable<NpgsqlBatchCommand> Of(IReadOnlyList<CommittedBurst> bursts, DateTimeOffset now)
    {
        var mails = bursts.SelectMany(b => b.Result.Effects.Mails.Select(m => (Burst: b, Mail: m))).ToArray();
        if (mails.Length == 0) yield break;
        yield return Statement("""
            -- MailStatements.Queue
            insert into outbox (id, dedupe, kind, person_id, to_address, to_name, language, root_id, data, queued_at, next_attempt_at)
            select md5(n.dedupe || coalesce(p.id::text, ''))::uuid, n.dedupe || coalesce('/' || p.id, ''), n.kind, p.id, coalesce(p.email, n.address),
              p.display_name, coalesce(p.language, 'vi'), n.root_id, n.data, $9, $9
            from unnest($1, $2, $3, $4, $5, $6, $7, $8) as n(dedupe, kind, person_id, unit_id, role, address, root_id, data)
            left join role_assignment a on a.unit_id = n.unit_id and a.role = n.role
              and a.valid_from <= ($9 at time zone 'Asia/Ho_Chi_Minh')::date and a.valid_to > ($9 at time zone 'Asia/Ho_Chi_Minh')::date
            left join person p on p.id = coalesce(n.person_id, a.person_id)
            where p.id is not null or n.address is not null
            on conflict (dedupe) do nothing
            """,
            Texts([.. mails.Select(m => m.Mail.Dedupe)]), Texts([.. mails.Select(m => m.Mail.Kind)]), Uuids([.. mails.Select(m => m.Mail.PersonId)]),
            Longs([.. mails.Select(m => m.Mail.UnitId)]), Texts([.. mails.Select(m => m.Mail.Role)]), Texts([.. mails.Select(m => m.Mail.Address)]),
            Uuids([.. mails.Select(m => (Guid?)m.Burst.Loaded.Head.RootId)]), Jsons([.. mails.Select(m => m.Mail.Data.ToJsonString())]), Instant(now));
    }
}
