using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace WorkflowHost.Identity;

/// <summary>
/// The keys of Data Protection in the table <c>data_protection_key</c>, so that all hosts of a database read each other's
/// cookies and tokens and a restart signs nobody out. Rows are only added; Data Protection itself expires keys.
/// </summary>
public sealed class PostgresKeys(NpgsqlDataSource database) : IXmlRepository
{
    private const string ReadSql =
        """
        -- PostgresKeys.Read
        select xml from data_protection_key order by id
        """;

    private const string AddSql =
        """
        -- PostgresKeys.Add
        insert into data_protection_key (name, xml) values ($1, $2)
        """;

    /// <inheritdoc />
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = database.CreateCommand(ReadSql);
        using var rows = command.ExecuteReader();
        var keys = new List<XElement>();
        while (rows.Read())
        {
            keys.Add(XElement.Parse(rows.GetString(0)));
        }
        return keys;
    }

    /// <inheritdoc />
    public void StoreElement(XElement element, string friendlyName)
    {
        ArgumentNullException.ThrowIfNull(element);
        using var command = database.CreateCommand(AddSql);
        command.Parameters.Add(new() { Value = friendlyName ?? "" });
        command.Parameters.Add(new() { Value = element.ToString(SaveOptions.DisableFormatting) });
        command.ExecuteNonQuery();
    }
}
