using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using static WorkflowEngine.Storage.Db;

namespace Unions.Plans;

/// <summary>A plan in a list.</summary>
public sealed record PlanItem(
    Guid Id, string Unit, string Issuer, int CampaignYear, string DocType, string? Number, string Subject, DateOnly? IssuedOn, string Status,
    string DefinitionId, DateTimeOffset CreatedAt);

/// <summary>
/// Reads of plans. Seen by those who may read the issuer, and once issued by those who may read a unit it was rolled out to or sent to: a
/// grassroots chair reads the plan but not its drafts.
/// </summary>
public static class PlanQueries
{
    private const string Visible =
        """

        (exists (select 1 from unnest($1::text[]) as g (path) where starts_with(u.path, g.path))
          or (p.status in ('issued', 'closed', 'recalled') and (
            exists (select 1 from every_instance i join unit iu on iu.id = i.unit_id join unnest($1::text[]) as g (path) on starts_with(iu.path, g.path)
              where i.root_id = p.root_id and i.id <> p.root_id)
            or exists (select 1 from plan_recipient r join unit ru on ru.id = r.unit_id join unnest($1::text[]) as g (path) on starts_with(ru.path, g.path)
              where r.plan_id = p.id))))
        """;

    private const string ListSql =
        """
        -- PlanQueries.List
        select p.id, u.code, u.name, p.campaign_year, p.doc_type, p.number_text, p.subject, p.issued_on, p.status, p.definition_id, p.created_at
        from plan p join unit u on u.id = p.unit_id
        where ($2::text is null or u.code = $2) and ($3::int is null or p.campaign_year = $3) and ($4::text is null or p.status = $4) and
        """ + Visible + "\norder by p.created_at desc, p.id desc limit $5";

    private const string GetSql =
        """
        -- PlanQueries.Get
        select jsonb_build_object('id', p.id, 'unit', u.code, 'issuer', u.name, 'campaignYear', p.campaign_year, 'docType', p.doc_type, 'symbol', p.symbol,
          'number', p.number_text, 'numberRaw', p.number_raw, 'subject', p.subject, 'place', p.place, 'issuedOn', p.issued_on,
          'issuedOnConfidence', p.issued_on_confidence, 'status', p.status, 'parentId', p.parent_id, 'parentText', p.parent_text, 'content', p.content,
          'legalBases', p.legal_bases, 'signatureBlock', p.signature_block, 'definitionId', p.definition_id, 'createdAt', p.created_at,
          'signedAt', p.signed_at, 'issuedAt', p.issued_at, 'closedAt', p.closed_at,
          'summary', case when exists (select 1 from unnest($1::text[]) as g (path) where starts_with(u.path, g.path)) then p.summary end,
          'recipients', (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('label', r.label, 'unit', ru.code, 'selector', r.selector,
              'address', r.address, 'actionCode', r.action_code, 'action', r.action, 'channel', r.channel)) order by r.n), '[]')
            from plan_recipient r left join unit ru on ru.id = r.unit_id where r.plan_id = p.id))
        from plan p join unit u on u.id = p.unit_id
        where p.id = $2 and
        """ + Visible;

    /// <summary>Plans by date of creation, newest first.</summary>
    public static async Task<IReadOnlyList<PlanItem>> ListAsync(
        NpgsqlDataSource database, Actor actor, string? unit, int? campaignYear, string? status, int limit, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var read = Command(connection, ListSql, P(actor.PathsWith(Permission.Read)), P(unit, NpgsqlDbType.Text),
            P(campaignYear, NpgsqlDbType.Integer), P(status, NpgsqlDbType.Text), P(limit));
        await using var rows = await read.ExecuteReaderAsync(cancellation);
        var plans = new List<PlanItem>();
        while (await rows.ReadAsync(cancellation))
            plans.Add(new(rows.GetGuid(0), rows.GetString(1), rows.GetString(2), rows.GetInt32(3), rows.GetString(4), rows.TextOrNull(5), rows.GetString(6),
                rows.ValueOrNull<DateOnly>(7), rows.GetString(8), rows.GetString(9), rows.GetFieldValue<DateTimeOffset>(10)));
        return plans;
    }

    /// <summary>One plan with everything that was entered; null when there is none or the actor may not read it.</summary>
    public static async Task<JsonObject?> GetAsync(NpgsqlDataSource database, Actor actor, Guid planId, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var read = Command(connection, GetSql, P(actor.PathsWith(Permission.Read)), P(planId));
        return await read.ExecuteScalarAsync(cancellation) is string json ? (JsonObject)JsonNode.Parse(json)! : null;
    }
}
