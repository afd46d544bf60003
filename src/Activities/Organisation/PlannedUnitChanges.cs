using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace Unions.Organisation;

/// <summary>A merger, dissolution or move that takes effect later, as an administrator sees it.</summary>
/// <param name="Shown">What it would have done when it was planned.</param>
/// <param name="Outcome">applied, revoked or failed; null: it is to come.</param>
/// <param name="Done">What it did; null before, and where it was revoked or failed.</param>
/// <param name="HasDrifted">What it did is not what was shown: things changed between the two days.</param>
/// <param name="Failure">Why it could not be done, field by field.</param>
public sealed record PlannedUnitChange(
    Guid Id, UnitChange Change, UnitChangePreview Shown, DateTimeOffset PlannedAt, string? PlannedBy, string? Outcome, DateTimeOffset? SettledAt, UnitChangePreview? Done,
    bool HasDrifted, IReadOnlyList<Text> Failure);

/// <summary>
/// Organisation changes decided before they take effect (domain §7, story 7). At 00:00 of the day the consequences are worked out anew, by what is open
/// then, and applied; what was shown when it was planned and what was done are both kept. A change that is no longer possible (a unit has ended
/// meanwhile) fails with its reason, and a person decides.
/// </summary>
public sealed class PlannedUnitChanges(NpgsqlDataSource database, PlannedChanges planned)
{
    /// <summary>Kind of planned change.</summary>
    public const string Kind = "unit-change";

    private const int Most = 50;

    private static readonly JsonSerializerOptions Shape = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private const string Read =
        """
        -- PlannedUnitChanges.Read
        select c.id, c.body::text, c.shown::text, c.planned_at, p.display_name, c.outcome, c.settled_at, c.done::text
        from planned_change c left join person p on p.id = c.planned_by
        where c.kind = 'unit-change' and ($3::uuid is null or c.id = $3)
          and ($1 or not exists (select from unit u where u.code in (select jsonb_array_elements_text(c.body -> 'units'))
            and not exists (select from unnest($2) as x where starts_with(u.path, x))))
        order by c.outcome is not null, case when c.outcome is null then c.effective_at end, c.settled_at desc limit $4
        """;

    private sealed record Result(UnitChangePreview? Done, IReadOnlyList<Text>? Failure);

    /// <summary>Applies one; registered with the engine.</summary>
    public static ApplyPlannedChange Apply { get; } = new(Kind, async (connection, change, now, recordedAt, cancellation) =>
    {
        var decided = JsonSerializer.Deserialize<UnitChange>(change.Body, Shape)!;
        var actor = new Actor(change.PlannedBy, change.OnBehalfOf, []).CarriedOut();
        var answer = await ChangeUnits.ApplyInAsync(connection, actor, decided, _ => true, now, recordedAt, cancellation);
        return answer switch
        {
            UnitChangeAnswer.Applied applied => new PlannedOutcome(false, JsonSerializer.Serialize(new Result(applied.Done, null), Shape)),
            UnitChangeAnswer.Invalid invalid => new PlannedOutcome(true, JsonSerializer.Serialize(new Result(null, [.. invalid.Errors.Values]), Shape)),
            _ => throw new InvalidOperationException($"A planned change came to {answer.GetType().Name}."),
        };
    });

    internal static async Task<Guid> InsertAsync(
        NpgsqlConnection connection, Actor actor, UnitChange change, UnitChangePreview shown, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation)
    {
        var id = Guid.CreateVersion7(now);
        await PlannedChanges.InsertAsync(connection, new PlannedChange(id, Kind, WorkingCalendar.VietnamPublic.InstantOf(change.EffectiveOn), JsonSerializer.Serialize(change, Shape),
            JsonSerializer.Serialize(shown, Shape), now, actor.PersonId, actor.OnBehalfOf), recordedAt, cancellation);
        return id;
    }

    /// <summary>What is to come, then what was settled last, of units that the actor administers.</summary>
    public async Task<IReadOnlyList<PlannedUnitChange>> ListAsync(Actor actor, CancellationToken cancellation = default) => await ReadAsync(actor, null, cancellation);

    /// <summary>Takes one back. Null: there is none that the actor administers; false: it has taken effect, or was taken back.</summary>
    public async Task<bool?> RevokeAsync(Actor actor, Guid id, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default) =>
        (await ReadAsync(actor, id, cancellation)).Count == 0 ? null : await planned.RevokeAsync(actor, id, now, recordedAt, cancellation);

    private async Task<List<PlannedUnitChange>> ReadAsync(Actor actor, Guid? id, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Command(connection, Read, P(actor.IsSystem), Texts(actor.PathsWith(Permission.Organisation)), P(id, NpgsqlTypes.NpgsqlDbType.Uuid), P(Most)).ListAsync(r =>
        {
            var shown = JsonSerializer.Deserialize<UnitChangePreview>(r.GetString(2), Shape)!;
            var result = r.TextOrNull(7) is { } text ? JsonSerializer.Deserialize<Result>(text, Shape) : null;
            return new PlannedUnitChange(r.GetGuid(0), JsonSerializer.Deserialize<UnitChange>(r.GetString(1), Shape)!, shown, r.Instant(3), r.TextOrNull(4), r.TextOrNull(5), r.InstantOrNull(6),
                result?.Done, result?.Done is { } done && done.Token != shown.Token, result?.Failure ?? []);
        }, cancellation);
    }
}
