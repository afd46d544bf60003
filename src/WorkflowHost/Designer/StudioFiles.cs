using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;

namespace WorkflowHost.Designer;

/// <summary>
/// Elsa Studio's own files under <c>/designer/</c>, as its npm package ships them: the compressed twin a browser can read, the right type, and a
/// tag by content. Names with a fingerprint may be kept for ever; all others are asked for again each time.
/// </summary>
/// <remarks>A name that is not in the package is 404: the package's own page is a sample and never served.</remarks>
public sealed partial class StudioFiles
{
    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".js"] = "text/javascript",
        [".css"] = "text/css",
        [".wasm"] = "application/wasm",
        [".dat"] = "application/octet-stream",
        [".json"] = "application/json",
        [".webmanifest"] = "application/manifest+json",
        [".woff2"] = "font/woff2",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".cur"] = "image/x-icon",
        [".ttf"] = "font/ttf",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    private readonly FrozenDictionary<string, Asset> assets;

    /// <param name="folder">Where the build has put the package.</param>
    public StudioFiles(string folder)
    {
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
        var known = files.ToHashSet(StringComparer.Ordinal);
        assets = files.Where(f => !f.EndsWith(".br", StringComparison.Ordinal) && !f.EndsWith(".gz", StringComparison.Ordinal))
            .ToFrozenDictionary(
                f => Path.GetRelativePath(folder, f).Replace(Path.DirectorySeparatorChar, '/'),
                f => new Asset(f, Types.GetValueOrDefault(Path.GetExtension(f), "application/octet-stream"), known.Contains(f + ".br"), known.Contains(f + ".gz"),
                    Fingerprint().IsMatch(Path.GetFileName(f))),
                StringComparer.Ordinal);
    }

    /// <summary>How many files there are, without twins.</summary>
    public int Count => assets.Count;

    /// <summary>Adds the addresses; anybody may have these files, they are the public package.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in (string[])["_framework/{**rest}", "_content/{**rest}", "Elsa.Studio.Host.CustomElements.styles.css"])
            routes.MapMethods("/designer/" + path, ["GET", "HEAD"], (HttpContext http, StudioFiles files) => files.Serve(http)).ExcludeFromDescription();
        routes.MapGet("/third-party-notices", () => Results.File(Path.Combine(AppContext.BaseDirectory, "THIRD-PARTY-NOTICES.md"), "text/plain; charset=utf-8"))
            .AllowAnonymous().ExcludeFromDescription();
        // Asked for at each start of the runtime. The settings in the package are a sample, ours come with the page.
        routes.MapGet("/designer/appsettings.json", () => Results.Json(new { })).ExcludeFromDescription();
    }

    private IResult Serve(HttpContext http)
    {
        if (!assets.TryGetValue(http.Request.Path.Value!["/designer/".Length..], out var asset)) return Results.NotFound();
        var (path, encoding) = asset.For(http.Request.GetTypedHeaders().AcceptEncoding);
        var headers = http.Response.Headers;
        headers.CacheControl = asset.IsFingerprinted ? "public, max-age=31536000, immutable" : "no-cache";
        if (asset.HasTwin) headers.Vary = "Accept-Encoding";
        if (encoding is not null) headers.ContentEncoding = encoding;
        return Results.File(path, asset.Type, entityTag: asset.Tag(path), lastModified: null);
    }

    /// <summary>Ten letters and digits before the ending, as the package's build makes them: <c>dotnet.native.oig0zhy3zc.wasm</c>.</summary>
    [GeneratedRegex(@"\.[a-z0-9]{10}\.(wasm|js|dat|bundle\.scp\.css)$")]
    private static partial Regex Fingerprint();

    private sealed record Asset(string Path, string Type, bool Brotli, bool Gzip, bool IsFingerprinted)
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, EntityTagHeaderValue> tags = new();

        public bool HasTwin => Brotli || Gzip;

        public (string Path, string? Encoding) For(IList<StringWithQualityHeaderValue> accepted)
        {
            return Brotli && Takes("br") ? (Path + ".br", "br") : Gzip && Takes("gzip") ? (Path + ".gz", "gzip") : (Path, null);
            bool Takes(string coding) => accepted.Any(a => a.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && a.Quality is null or > 0);
        }

        /// <summary>Of the bytes that are sent, so the twins of one file have tags of their own. Worked out once.</summary>
        public EntityTagHeaderValue Tag(string path) => tags.GetOrAdd(path, static p =>
        {
            using var file = File.OpenRead(p);
            return new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(file))[..20]}\"");
        });
    }
}
