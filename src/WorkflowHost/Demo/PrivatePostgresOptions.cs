namespace WorkflowHost.Demo;

/// <summary>Where the private PostgreSQL lives and how it is set.</summary>
public sealed record PrivatePostgresOptions
{
    /// <summary>The folder the person chose (<c>DATA_DIR</c>); wins over <see cref="Checkout"/>.</summary>
    public string? DataDir { get; init; }

    /// <summary>The checkout the program was built from; its <c>.data</c> folder holds the data.</summary>
    public required string Checkout { get; init; }

    /// <summary>A <c>node_modules</c> folder that may hold npm's PostgreSQL; the second place to look for programs.</summary>
    public string? NodeModules { get; init; }

    /// <summary>Where Debian keeps its versions; the first place to look for programs.</summary>
    public string DebianFolder { get; init; } = "/usr/lib/postgresql";

    /// <summary>The database to have; created when missing.</summary>
    public string Database { get; init; } = "workflows";

    /// <summary>
    /// Tests only: no fsync, no full pages, no synchronous commit. A crash of the machine then destroys the data;
    /// a kill of the server alone loses the last half second of commits.
    /// </summary>
    public bool Throwaway { get; init; }

    /// <summary>How many sessions the server admits.</summary>
    public int MaxConnections { get; init; } = 200;

    /// <summary>Receives each line of the server's log.</summary>
    public Action<string>? Log { get; init; }
}
