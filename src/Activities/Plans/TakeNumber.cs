using Npgsql;
using NpgsqlTypes;
using static WorkflowEngine.Storage.Db;

namespace Unions.Plans;

/// <summary>
/// Takes the next number of an organisation's register inside the caller's transaction: the register's row stays locked until it commits, so
/// two clerks get consecutive numbers, and a rollback leaves no gap (NĐ 30/2020 Đ.15: one register per organisation and calendar year).
/// </summary>
public static class TakeNumber
{
    private const string Take =
        """
        -- TakeNumber.Take
        insert into number_register (unit_id, year, series, last) values ($1, $2, $3, 1)
        on conflict (unit_id, year, series) do update set last = number_register.last + 1
        returning last
        """;

    private const string Record =
        """
        -- TakeNumber.Record
        insert into number_issued (unit_id, year, series, number, plan_id, number_text, issued_on, taken_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    /// <summary>The next number, recorded for this plan with its canonical text.</summary>
    /// <param name="series">One series per document type or one for all: the organisation's choice (Đ.15.1c).</param>
    /// <param name="symbol">Type and organisation without number; the result carries the number.</param>
    /// <param name="issuedOn">Its year chooses the register: 32/KH on 31/12/2019 is followed by 01/KH on 02/01/2020.</param>
    public static async Task<DocumentNumber> InAsync(
        NpgsqlTransaction transaction, long unitId, string series, DocumentNumber symbol, Guid? planId, DateOnly issuedOn, DateTimeOffset now,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(symbol);
        var connection = transaction.Connection!;
        await using var take = Command(connection, Take, P(unitId), P(issuedOn.Year), P(series));
        var number = symbol with { Number = (int)(await take.ExecuteScalarAsync(cancellation))! };
        await using var record = Command(
            connection, Record, P(unitId), P(issuedOn.Year), P(series), P(number.Number!.Value), P(planId, NpgsqlDbType.Uuid), P(number.ToString()), P(issuedOn), Instant(now));
        await record.ExecuteNonQueryAsync(cancellation);
        return number;
    }
}
