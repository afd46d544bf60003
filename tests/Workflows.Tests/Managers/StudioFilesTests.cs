using System.Net;
using System.Net.Http.Headers;

namespace Workflows.Tests.Managers;

/// <summary>Studio's own files as browsers get them, the page around it, and the addresses that Studio's links lead to.</summary>
[Collection("demo in January")]
public sealed class StudioFilesTests(DemoInJanuary demo)
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "studio");

    [Theory]
    [InlineData("_framework/blazor.webassembly.js", "text/javascript", "br")]
    [InlineData("_framework/dotnet.js", "text/javascript", "gzip")]
    [InlineData("_content/MudBlazor/MudBlazor.min.css", "text/css", "br")]
    [InlineData("_content/BlazorMonaco/lib/monaco-editor/min/vs/loader.js", "text/javascript", "")]
    [InlineData("_content/Radzen.Blazor/Radzen.Blazor.js", "text/javascript", "br")]
    public async Task A_file_without_fingerprint_is_asked_for_again_and_not_sent_again(string path, string type, string encoding)
    {
        using var client = await demo.ProgramAsync();
        using var first = await GetAsync(client, path, encoding);
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        string.Join(',', first.Content.Headers.ContentEncoding).ShouldBe(encoding);
        (await first.Content.ReadAsByteArrayAsync()).ShouldBe(await File.ReadAllBytesAsync(Path.Combine(Folder, path + (encoding == "br" ? ".br" : encoding == "gzip" ? ".gz" : ""))));
        first.Headers.CacheControl!.NoCache.ShouldBeTrue();
        using var again = await GetAsync(client, path, encoding, first.Headers.ETag);
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        using var other = await GetAsync(client, path, encoding.Length == 0 ? "br" : "", first.Headers.ETag);
        (other.StatusCode, other.Headers.ETag!.Tag == first.Headers.ETag!.Tag).ShouldBe((HttpStatusCode.OK, false), "the twins of a file have tags of their own");
        other.Headers.Vary.ShouldContain("Accept-Encoding");
    }

    [Theory]
    [InlineData("dotnet.native.*.wasm", "application/wasm")]
    [InlineData("icudt*.dat", "application/octet-stream")]
    public async Task A_file_with_its_fingerprint_is_kept_for_ever(string pattern, string type)
    {
        var name = Path.GetFileName(Directory.GetFiles(Path.Combine(Folder, "_framework"), pattern).Single());
        using var client = await demo.ProgramAsync();
        using var answer = await GetAsync(client, "_framework/" + name, "br");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        answer.Content.Headers.ContentEncoding.ShouldBe(["br"]);
        answer.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
    }

    [Theory]
    [InlineData("_framework/khong-co.wasm")]
    [InlineData("_framework/dotnet.js.br")]
    [InlineData("_content/%2e%2e/%2e%2e/appsettings.json")]
    [InlineData("index.html")]
    public async Task What_is_not_in_the_package_is_not_found(string path)
    {
        using var designer = await demo.ProgramAsync("thietke");
        using var answer = await GetAsync(designer, path, "");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Every_screen_has_an_address_with_a_strict_policy_and_links_that_forget_the_base_lead_there()
    {
        using var designer = await demo.BrowserAsync("thietke");
        foreach (var path in (string[])["/designer", "/designer/workflows/definitions", "/designer/workflows/instances", "/designer/workflows/definitions/x/edit", "/designer/workflows/instances/x/view"])
        {
            using var page = await designer.GetAsync(new Uri(path, UriKind.Relative));
            page.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            var policy = page.Headers.GetValues("Content-Security-Policy").Single();
            policy.ShouldContain("default-src 'self'");
            policy.ShouldNotContain("'unsafe-eval'");
            policy.ShouldNotContain("http");
            System.Text.RegularExpressions.Regex.IsMatch(await page.Content.ReadAsStringAsync(), "(src|href)=\"(https?:)?//").ShouldBeFalse("all from our own host");
        }

        foreach (var link in (string[])["definitions/x/edit", "instances/x/view"])
        {
            using var lost = await designer.GetAsync(new Uri("/workflows/" + link, UriKind.Relative));
            (lost.StatusCode, lost.Headers.Location!.ToString()).ShouldBe((HttpStatusCode.Redirect, "/designer/workflows/" + link));
        }

        using var grassroots = await demo.BrowserAsync("chutich.bvdkt");
        using var refused = await grassroots.GetAsync(new Uri("/designer", UriKind.Relative));
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_notices_of_what_is_shipped_are_shipped()
    {
        using var client = await demo.ProgramAsync();
        var notices = await client.GetStringAsync(new Uri("/third-party-notices", UriKind.Relative));
        notices.ShouldContain("Copyright (c) 2023 Elsa Workflows");
        notices.ShouldContain("Permission is hereby granted, free of charge");
        foreach (var name in (string[])["MudBlazor", "Monaco", "Radzen", "X6", "Blazored", "FluentValidation", "Humanizer", "Refit", "Polly", "ICU"]) notices.ShouldContain(name);
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, string path, string encoding, EntityTagHeaderValue? tag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/designer/" + path);
        if (encoding.Length > 0) request.Headers.AcceptEncoding.ParseAdd(encoding);
        if (tag is not null) request.Headers.IfNoneMatch.Add(tag);
        return await client.SendAsync(request);
    }
}
