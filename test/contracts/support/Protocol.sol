// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CoreDeployer} from "../../../contracts/CoreDeployer.sol";
import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {JobEscrow} from "../../../contracts/JobEscrow.sol";
import {ModelRegistry} from "../../../contracts/ModelRegistry.sol";
import {ProviderRegistry} from "../../../contracts/ProviderRegistry.sol";
import {TestSlashModule} from "../../../contracts/mocks/TestSlashModule.sol";
import {TestUSDC} from "../../../contracts/mocks/TestUSDC.sol";
import {TestUSDCLedger} from "../../../contracts/mocks/TestUSDCLedger.sol";
import {TestUSDCProxy} from "../../../contracts/mocks/TestUSDCProxy.sol";
import {TestWallet} from "../../../contracts/mocks/TestWallet.sol";
import {Test} from "./Test.sol";

/// @notice The deployed protocol with the parameters of the local chain, one model, one staked provider, one client.
/// Typed data are rebuilt here from their documents, not taken from the contracts.
abstract contract Protocol is Test {
    uint64 internal constant PRICE = 50_003;
    uint64 internal constant FLOOR = 1_000;
    uint16 internal constant FEE_BPS = 100;
    uint16 internal constant ROYALTY_BPS = 500;
    uint32 internal constant WINDOW = 60;
    uint40 internal constant SUBMIT_DELAY = 10 minutes;
    uint128 internal constant MINIMUM_STAKE = 10e6;
    uint40 internal constant THAW = 1 hours;
    uint40 internal constant RESOLVE_PERIOD = 10 minutes;
    uint32 internal constant RELEASE_DELAY = 1 hours;
    uint256 internal constant WEALTH = 1_000_000e6;
    bytes32 internal constant MODEL = keccak256("manifest");
    bytes32 internal constant COMMIT = keccak256("result commitment");
    bytes32 internal constant REF = keccak256("result envelope");

    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 internal constant JOB_PARAMS_TYPEHASH = keccak256(
        "JobParams(address client,address provider,bytes32 modelKey,bytes32 inputCommit,bytes32 inputRef,uint64 price,uint64 floor,uint40 submitBy,uint32 challengeWindow,uint16 feeBps,uint16 royaltyBps,uint8 verifyMode,bytes32 groupId,uint96 nonce)"
    );
    bytes32 private constant RECEIVE_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );

    Key internal client = makeKey("client");
    Key internal provider = makeKey("provider");
    Key internal serviceKey = makeKey("service key");
    Key internal stranger = makeKey("stranger");
    address internal owner = makeAddr("owner");
    address internal guardian = makeAddr("guardian");
    address internal treasury = makeAddr("treasury");
    address internal modelOwner = makeAddr("model owner");
    address internal tokenAdmin = makeAddr("token admin");
    address internal game = makeAddr("game");

    TestUSDC internal usdc;
    ModelRegistry internal models;
    ProviderRegistry internal registry;
    JobEscrow internal escrow;
    TestSlashModule internal slashModule;

    function setUp() public virtual {
        vm.warp(1_790_000_000);
        bytes memory initialize = abi.encodeCall(TestUSDCLedger.initialize, (tokenAdmin));
        usdc = TestUSDC(address(new TestUSDCProxy(address(new TestUSDC()), makeAddr("proxy admin"), initialize)));
        vm.prank(tokenAdmin);
        usdc.configureMinter(tokenAdmin, type(uint256).max);
        models = ModelRegistry(deploy("ModelRegistry.sol:ModelRegistry", ""));
        slashModule = new TestSlashModule();
        CoreDeployer core = CoreDeployer(
            deploy("CoreDeployer.sol:CoreDeployer", abi.encode(registryConfig(), escrowConfig()))
        );
        (registry, escrow) = (core.PROVIDER_REGISTRY(), core.JOB_ESCROW());

        endow(client.addr);
        endow(provider.addr);
        endow(stranger.addr);
        vm.prank(provider.addr);
        registry.stake(provider.addr, 1_000e6);
        vm.prank(modelOwner);
        models.register(MODEL, 0, FLOOR, ROYALTY_BPS, IModelRegistry.AccessPolicy.Public, 0);
    }

    function registryConfig() internal view returns (ProviderRegistry.Config memory config) {
        config.token = address(usdc);
        config.owner = owner;
        config.treasury = treasury;
        config.minimumStake = MINIMUM_STAKE;
        config.thawPeriod = THAW;
        config.moduleDelay = THAW;
        config.slashModules = new address[](1);
        config.slashModules[0] = address(slashModule);
    }

    function escrowConfig() internal view returns (JobEscrow.Config memory config) {
        config.models = address(models);
        config.owner = owner;
        config.guardian = guardian;
        config.feeBps = FEE_BPS;
        config.minSubmitDelay = 5;
        config.maxWindow = 30 minutes;
        config.resolvePeriod = RESOLVE_PERIOD;
        config.exposureBps = 10_000;
        config.releaseDelay = RELEASE_DELAY;
    }

    /// @notice Deploys what the compiler made for deployment, and reverts as its constructor does.
    function deploy(string memory artifact, bytes memory arguments) internal returns (address deployed) {
        bytes memory code = bytes.concat(vm.getCode(artifact), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
            if iszero(deployed) {
                returndatacopy(code, 0, returndatasize())
                revert(code, returndatasize())
            }
        }
    }

    /// @notice Gives an account test USDC, and escrow and registry leave to pull it.
    function endow(address account) internal {
        vm.prank(tokenAdmin);
        usdc.mint(account, WEALTH);
        vm.startPrank(account);
        usdc.approve(address(escrow), type(uint256).max);
        usdc.approve(address(registry), type(uint256).max);
        vm.stopPrank();
    }

    /// @notice An account with code whose owner is the client, with that much in the escrow.
    function walletWithBalance(uint64 amount) internal returns (TestWallet wallet) {
        wallet = new TestWallet(client.addr);
        vm.prank(tokenAdmin);
        usdc.mint(address(wallet), amount);
        vm.startPrank(client.addr);
        wallet.execute(address(usdc), abi.encodeCall(usdc.approve, (address(escrow), amount)));
        wallet.execute(address(escrow), abi.encodeCall(escrow.deposit, (amount)));
        vm.stopPrank();
    }

    /// @notice Gives an account the code of a wallet whose owner is the stranger.
    /// @dev What an EIP-7702 authorization leaves there: 0xef0100 and the address of the code.
    function delegate(address account) internal {
        TestWallet implementation = new TestWallet(stranger.addr);
        vm.etch(account, abi.encodePacked(hex"ef0100", address(implementation)));
    }

    function jobParams() internal view returns (IJobEscrow.JobParams memory params) {
        params.client = client.addr;
        params.provider = provider.addr;
        params.modelKey = MODEL;
        params.inputCommit = keccak256("input commitment");
        params.inputRef = keccak256("input envelope");
        params.price = PRICE;
        params.floor = FLOOR;
        params.submitBy = uint40(vm.getBlockTimestamp()) + SUBMIT_DELAY;
        params.challengeWindow = WINDOW;
        params.feeBps = FEE_BPS;
        params.royaltyBps = ROYALTY_BPS;
        params.nonce = 1;
    }

    function depositFor(Key memory key, uint64 amount) internal {
        vm.prank(key.addr);
        escrow.deposit(amount);
    }

    function openJob() internal returns (IJobEscrow.JobParams memory params, bytes32 jobId) {
        params = jobParams();
        jobId = openJob(params);
    }

    function openJob(IJobEscrow.JobParams memory params) internal returns (bytes32 jobId) {
        depositFor(client, params.price);
        vm.prank(client.addr);
        jobId = escrow.createJob(params, "");
    }

    function submitJob(uint64 charged) internal returns (IJobEscrow.JobParams memory params, bytes32 jobId) {
        (params, jobId) = openJob();
        vm.prank(provider.addr);
        escrow.submit(params, COMMIT, REF, charged);
    }

    function challengeJob(uint64 charged) internal returns (IJobEscrow.JobParams memory params, bytes32 jobId) {
        if (escrow.game() == address(0)) {
            vm.prank(owner);
            escrow.setGame(game);
        }
        (params, jobId) = submitJob(charged);
        vm.prank(game);
        escrow.challenge(params);
    }

    function setServiceKey() internal {
        bytes memory proof = sign(serviceKey.secret, serviceKeyDigest(provider.addr, serviceKey.addr, 0));
        vm.prank(provider.addr);
        registry.setServiceKey(serviceKey.addr, 0, proof);
    }

    function rows(IJobEscrow.JobParams memory params) internal pure returns (IJobEscrow.JobParams[] memory list) {
        list = new IJobEscrow.JobParams[](1);
        list[0] = params;
    }

    function availableOf(address account) internal view returns (uint256) {
        return escrow.accountOf(account).available;
    }

    function assertStatus(bytes32 jobId, IJobEscrow.Status expected) internal view {
        assertEq(uint256(escrow.jobOf(jobId).status), uint256(expected), "status");
    }

    function expectWrongStatus(bytes32 jobId, IJobEscrow.Status status) internal {
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.WrongStatus.selector, jobId, status));
    }

    function domainOf(string memory name, string memory version, address verifier) internal view returns (bytes32) {
        return keccak256(
            abi.encode(DOMAIN_TYPEHASH, keccak256(bytes(name)), keccak256(bytes(version)), block.chainid, verifier)
        );
    }

    function digestOf(bytes32 domain, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function escrowDomain() internal view returns (bytes32) {
        return domainOf("JobEscrow", "1", address(escrow));
    }

    function tokenDomain() internal view returns (bytes32) {
        return domainOf("USD Coin", "2", address(usdc));
    }

    function documentedJobId(IJobEscrow.JobParams memory params) internal view returns (bytes32) {
        return digestOf(escrowDomain(), keccak256(abi.encode(JOB_PARAMS_TYPEHASH, params)));
    }

    function receiveDigest(address from, uint256 value, bytes32 nonce) internal view returns (bytes32) {
        return digestOf(
            tokenDomain(),
            keccak256(abi.encode(RECEIVE_TYPEHASH, from, address(escrow), value, 0, type(uint256).max, nonce))
        );
    }

    function submissionDigest(bytes32 domain, bytes32 jobId, uint64 charged) internal pure returns (bytes32) {
        bytes32 typeHash =
            keccak256("ResultSubmission(bytes32 jobId,bytes32 resultCommit,bytes32 resultRef,uint64 charged)");
        return digestOf(domain, keccak256(abi.encode(typeHash, jobId, COMMIT, REF, charged)));
    }

    function acceptanceDigest(bytes32 domain, bytes32 jobId, uint64 charged) internal pure returns (bytes32) {
        bytes32 typeHash =
            keccak256("Acceptance(bytes32 jobId,bytes32 resultCommit,bytes32 resultRef,uint64 charged)");
        return digestOf(domain, keccak256(abi.encode(typeHash, jobId, COMMIT, REF, charged)));
    }

    function serviceKeyDigest(address account, address key, uint40 validFrom) internal view returns (bytes32) {
        bytes32 typeHash = keccak256("ServiceKey(address provider,address key,uint40 validFrom)");
        return digestOf(
            domainOf("ProviderRegistry", "1", address(registry)),
            keccak256(abi.encode(typeHash, account, key, validFrom))
        );
    }

    function recordDigest(IProviderRegistry.ProviderRecord memory record) internal view returns (bytes32) {
        bytes32 typeHash = keccak256(
            "ProviderRecord(address provider,address serviceKey,bytes32 hpkeKey,bytes32 peerIdHash,bytes32 endpointHash,uint64 version,uint40 expiresAt)"
        );
        return digestOf(
            domainOf("ProviderRegistry", "1", address(registry)), keccak256(abi.encode(typeHash, record))
        );
    }

    /// @notice The malleable twin of a signature: valid for the bare curve, refused by low-s rules.
    function highTwin(bytes memory signature) internal pure returns (bytes memory twin) {
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        (bytes32 r, uint256 s, uint8 v) = (bytes32(0), 0, 0);
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
        return abi.encodePacked(r, order - s, v == 27 ? uint8(28) : uint8(27));
    }
}
