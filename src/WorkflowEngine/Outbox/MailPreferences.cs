using System.Text.Json;
using Npgsql;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Outbox;

/// <summary>What a person chose for mails.</summary>
/// <param name="Language">vi or en.</param>
/// <param name="Pace">One of the kinds of <see cref="MailPace"/>.</param>
/// <param name="DailyAt">Local time of the daily mail.</param>
public sealed record MailChoice(string Language, string Pace, TimeOnly DailyAt);

/// <summary>Reads and changes one's own choice. Lines that wait in an open digest keep their time; those that come go by the new choice.</summary>
public sealed class MailPreferences(NpgsqlDataSource database)
{
    private const string Read =
        """
        -- MailPreferences.Read
        select language, mail_pace, mail_at from person where id = $1 and is_active
        """;

    private const string Write =
        """
        -- MailPreferences.Write
        with before as (select id, language, mail_pace, mail_at from person where id = $1 and is_active for update),
        changed as (
          update person p set language = coalesce($2, b.language), mail_pace = $3, mail_at = coalesce($4, b.mail_at) from before b where p.id = b.id
          returning p.id, p.language, p.mail_pace, p.mail_at),
        noted as (
          insert into audit (at, recorded_at, actor_id, action, detail)
          select $5, $6, c.id, 'person.mail', $7 || jsonb_build_object('language', c.language, 'pace', c.mail_pace, 'dailyAt', to_char(c.mail_at, 'HH24:MI'), 'was', b.mail_pace)
          from changed c join before b on (b.language, b.mail_pace, b.mail_at) is distinct from (c.language, c.mail_pace, c.mail_at))
        select count(*) from changed
        """;

    /// <summary>Null when there is no such person, or no longer.</summary>
    public async Task<MailChoice?> ReadAsync(Guid person, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await Command(connection, Read, P(person)).ListAsync(r => new MailChoice(r.GetString(0), r.GetString(1), r.GetFieldValue<TimeOnly>(2)), cancellation)).SingleOrDefault();
    }

    /// <summary>What is wrong with a choice, by field; empty: nothing.</summary>
    public static Dictionary<string, Text> Check(string? language, string? pace, string? dailyAt)
    {
        var errors = new Dictionary<string, Text>();
        if (language is not ("vi" or "en")) errors["language"] = new("Chọn vi hoặc en.", "Choose vi or en.");
        if (!MailPace.IsKnown(pace)) errors["pace"] = new("Chọn immediate, daily hoặc escalations.", "Choose immediate, daily or escalations.");
        if (TimeOf(dailyAt) is null) errors["dailyAt"] = new("Ghi giờ dạng 08:00, từ 00:00 đến 23:59.", "Give a time like 08:00, from 00:00 to 23:59.");
        return errors;
    }

    public static TimeOnly? TimeOf(string? text) =>
        TimeOnly.TryParseExact(text, "HH:mm", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var time) ? time : null;

    /// <summary>Writes the choice and who made it; false: no such person. Language and time null: they stay.</summary>
    /// <param name="by">How it was said, for the audit: page, api or mail.</param>
    public async Task<bool> SetAsync(
        Guid person, string? language, string pace, TimeOnly? dailyAt, string by, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Command(connection, Write, P(person), P(language, NpgsqlTypes.NpgsqlDbType.Text), P(pace), P(dailyAt, NpgsqlTypes.NpgsqlDbType.Time),
            Instant(now), Instant(BusinessClock.Whole(recordedAt)), Json(JsonSerializer.Serialize(new { by })));
        return await command.ExecuteScalarAsync(cancellation) is 1L;
    }
}
