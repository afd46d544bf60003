namespace Workflows;

/// <summary>Where servers of tests keep what the end of the test throws away.</summary>
internal static class ServerFolder
{
    private const string Memory = "/dev/shm";
    private const long Room = 4L << 30, Machine = 8L << 30;

    /// <summary>
    /// The memory's own file system where it has 4 GB free and this process may use 8 GB, else the temporary folder. A disk's file system searches
    /// long for inodes after so many databases were dropped; on ext4 a run took twice the time.
    /// </summary>
    public static string Root { get; } =
        OperatingSystem.IsLinux() && Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace >= Room
        && GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >= Machine
            ? Memory
            : Path.GetTempPath();

    /// <summary>A path there that nobody uses yet.</summary>
    public static string New(string prefix) => Path.Combine(Root, prefix + Guid.NewGuid().ToString("N")[..12]);
}
