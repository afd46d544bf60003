using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Identity;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;

namespace WorkflowHost.Identity;

/// <summary>
/// Identity's stores over the table <c>person</c>. The lockout columns are written by statements of their own and at once,
/// never by <see cref="UpdateAsync"/>: wrong passwords typed at the same time all count, and a sign-in that read the row a
/// moment earlier cannot write an old count or an old lock back.
/// </summary>
public sealed class PersonStore(NpgsqlDataSource database, BusinessClock clock, TimeProvider system)
    : IUserPasswordStore<Person>, IUserSecurityStampStore<Person>, IUserLockoutStore<Person>
{
    // The requests of a moment read their persons with one statement.
    private static readonly ConditionalWeakTable<NpgsqlDataSource, SharedLane<Guid, Person?>> Lanes = [];

    private const string FindByIdSql =
        """
        -- PersonStore.FindById
        select id, user_name, normalized_user_name, display_name, email, language, password_hash, security_stamp,
               access_failed_count, lockout_end, is_active, created_at, must_change_password, w.n
        from unnest($1) with ordinality as w(asked, n) join person on id = w.asked
        """;

    private const string FindByNameSql =
        """
        -- PersonStore.FindByName
        select id, user_name, normalized_user_name, display_name, email, language, password_hash, security_stamp,
               access_failed_count, lockout_end, is_active, created_at, must_change_password
        from person where normalized_user_name = $1
        """;

    private const string CreateSql =
        """
        -- PersonStore.Create
        insert into person (id, user_name, normalized_user_name, display_name, email, language, password_hash,
                            security_stamp, is_active, must_change_password, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict do nothing
        """;

    // A hash that is only made anew by a newer scheme keeps the stamp: that is no change of the password.
    private const string UpdateSql =
        """
        -- PersonStore.Update
        with before as (
          select password_hash from person where id = $1)
        , changed as (
          update person
          set user_name = $3, normalized_user_name = $4, display_name = $5, email = $6, language = $7, password_hash = $8,
              security_stamp = $9, is_active = $10, must_change_password = $11
          where id = $1 and security_stamp = $2
          returning id)
        , trail as (
          insert into audit (at, recorded_at, actor_id, action, detail)
          select $12, $13, c.id, 'person.password', jsonb_build_object('personId', c.id)
          from changed c, before b where $9 <> $2 and b.password_hash is distinct from $8)
        select count(*) from changed
        """;

    private const string DeleteSql =
        """
        -- PersonStore.Delete
        delete from person where id = $1 and security_stamp = $2
        """;

    private const string CountFailureSql =
        """
        -- PersonStore.CountFailure
        update person set access_failed_count = access_failed_count + 1 where id = $1 returning access_failed_count
        """;

    private const string ForgetFailuresSql =
        """
        -- PersonStore.ForgetFailures
        update person set access_failed_count = 0 where id = $1 and access_failed_count > 0
        """;

    private const string LockSql =
        """
        -- PersonStore.Lock
        update person set lockout_end = $2 where id = $1
        """;

    /// <inheritdoc />
    public async Task<Person?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        !Guid.TryParse(userId, out var id) ? null : await Lanes.GetValue(database, _ => new(_ => true, TimeProvider.System)).RunAsync(
            id, together => FindTogether(together, CancellationToken.None), async (alone, stop) => (await FindTogether([alone], stop))[0], cancellationToken);

    /// <inheritdoc />
    public Task<Person?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        // A zero byte cannot stand in PostgreSQL's text, so nobody has that name.
        normalizedUserName.Contains('\0', StringComparison.Ordinal)
            ? Task.FromResult<Person?>(null)
            : Find(FindByNameSql, new() { Value = normalizedUserName }, cancellationToken);

    /// <inheritdoc />
    public async Task<IdentityResult> CreateAsync(Person user, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(CreateSql);
        command.Parameters.Add(new() { Value = user.Id });
        AddTexts(command, user);
        command.Parameters.Add(new() { Value = user.IsActive });
        command.Parameters.Add(new() { Value = user.MustChangePassword });
        command.Parameters.Add(new() { Value = user.CreatedAt.ToUniversalTime() });
        if (await command.ExecuteNonQueryAsync(cancellationToken) != 1)
        {
            return IdentityResult.Failed(new IdentityErrorDescriber().DuplicateUserName(user.UserName));
        }
        user.StoredStamp = user.SecurityStamp;
        return IdentityResult.Success;
    }

    /// <inheritdoc />
    public async Task<IdentityResult> UpdateAsync(Person user, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(UpdateSql);
        command.Parameters.Add(new() { Value = user.Id });
        command.Parameters.Add(new() { Value = user.StoredStamp });
        AddTexts(command, user);
        command.Parameters.Add(new() { Value = user.IsActive });
        command.Parameters.Add(new() { Value = user.MustChangePassword });
        command.Parameters.Add(Db.Instant(clock.Now()));
        command.Parameters.Add(Db.Instant(BusinessClock.Whole(system.GetUtcNow())));
        if (await command.ExecuteScalarAsync(cancellationToken) is not 1L)
        {
            return IdentityResult.Failed(new IdentityErrorDescriber().ConcurrencyFailure());
        }
        user.StoredStamp = user.SecurityStamp;
        return IdentityResult.Success;
    }

    /// <inheritdoc />
    public async Task<IdentityResult> DeleteAsync(Person user, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(DeleteSql);
        command.Parameters.Add(new() { Value = user.Id });
        command.Parameters.Add(new() { Value = user.StoredStamp });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1
            ? IdentityResult.Success
            : IdentityResult.Failed(new IdentityErrorDescriber().ConcurrencyFailure());
    }

    /// <inheritdoc />
    public async Task<int> IncrementAccessFailedCountAsync(Person user, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(CountFailureSql);
        command.Parameters.Add(new() { Value = user.Id });
        user.AccessFailedCount = await command.ExecuteScalarAsync(cancellationToken) as int? ?? 0;
        return user.AccessFailedCount;
    }

    /// <inheritdoc />
    public async Task ResetAccessFailedCountAsync(Person user, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ForgetFailuresSql);
        command.Parameters.Add(new() { Value = user.Id });
        await command.ExecuteNonQueryAsync(cancellationToken);
        user.AccessFailedCount = 0;
    }

    /// <inheritdoc />
    public async Task SetLockoutEndDateAsync(Person user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(LockSql);
        command.Parameters.Add(new() { Value = user.Id });
        command.Parameters.Add(new() { Value = (object?)lockoutEnd?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        await command.ExecuteNonQueryAsync(cancellationToken);
        user.LockoutEnd = lockoutEnd;
    }

    private async Task<Person?> Find(string sql, NpgsqlParameter key, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // one of the two constants above
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        command.Parameters.Add(key);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? Read(row) : null;
    }

    /// <summary>An object for each who asks, also where two ask for the same person.</summary>
    private async Task<IReadOnlyList<Person?>> FindTogether(IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(FindByIdSql);
        command.Parameters.Add(new() { Value = ids.ToArray() });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Person?[ids.Count];
        while (await row.ReadAsync(cancellationToken)) found[row.GetInt64(13) - 1] = Read(row);
        return found;
    }

    private static Person Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        UserName = row.GetString(1),
        NormalizedUserName = row.GetString(2),
        DisplayName = row.GetString(3),
        Email = row.IsDBNull(4) ? null : row.GetString(4),
        Language = row.GetString(5),
        PasswordHash = row.IsDBNull(6) ? null : row.GetString(6),
        SecurityStamp = row.GetString(7),
        StoredStamp = row.GetString(7),
        AccessFailedCount = row.GetInt32(8),
        LockoutEnd = row.IsDBNull(9) ? null : row.GetFieldValue<DateTimeOffset>(9),
        IsActive = row.GetBoolean(10),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(11),
        MustChangePassword = row.GetBoolean(12),
    };

    private static void AddTexts(NpgsqlCommand command, Person person)
    {
        foreach (var text in new[]
        {
            person.UserName, person.NormalizedUserName, person.DisplayName, person.Email, person.Language, person.PasswordHash,
            person.SecurityStamp,
        })
        {
            command.Parameters.Add(new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        }
    }

    // What is left only reads and writes the object in memory.
    Task<string> IUserStore<Person>.GetUserIdAsync(Person user, CancellationToken c) => Task.FromResult(user.Id.ToString());
    Task<string?> IUserStore<Person>.GetUserNameAsync(Person user, CancellationToken c) => Task.FromResult<string?>(user.UserName);
    Task IUserStore<Person>.SetUserNameAsync(Person user, string? userName, CancellationToken c) => Set(user.UserName = userName ?? "");
    Task<string?> IUserStore<Person>.GetNormalizedUserNameAsync(Person user, CancellationToken c) => Task.FromResult<string?>(user.NormalizedUserName);
    Task IUserStore<Person>.SetNormalizedUserNameAsync(Person user, string? normalizedName, CancellationToken c) => Set(user.NormalizedUserName = normalizedName ?? "");
    Task IUserPasswordStore<Person>.SetPasswordHashAsync(Person user, string? passwordHash, CancellationToken c) => Set(user.PasswordHash = passwordHash);
    Task<string?> IUserPasswordStore<Person>.GetPasswordHashAsync(Person user, CancellationToken c) => Task.FromResult(user.PasswordHash);
    Task<bool> IUserPasswordStore<Person>.HasPasswordAsync(Person user, CancellationToken c) => Task.FromResult(user.PasswordHash is not null);
    Task IUserSecurityStampStore<Person>.SetSecurityStampAsync(Person user, string stamp, CancellationToken c) => Set(user.SecurityStamp = stamp);
    Task<string?> IUserSecurityStampStore<Person>.GetSecurityStampAsync(Person user, CancellationToken c) => Task.FromResult<string?>(user.SecurityStamp);
    Task<DateTimeOffset?> IUserLockoutStore<Person>.GetLockoutEndDateAsync(Person user, CancellationToken c) => Task.FromResult(user.LockoutEnd);
    Task<int> IUserLockoutStore<Person>.GetAccessFailedCountAsync(Person user, CancellationToken c) => Task.FromResult(user.AccessFailedCount);
    Task<bool> IUserLockoutStore<Person>.GetLockoutEnabledAsync(Person user, CancellationToken c) => Task.FromResult(true);
    Task IUserLockoutStore<Person>.SetLockoutEnabledAsync(Person user, bool enabled, CancellationToken c) => Task.CompletedTask;

    private static Task Set(object? _) => Task.CompletedTask;

    void IDisposable.Dispose()
    {
    }
}
